import { usePageTitle } from '../../base/page-title'
import type { RunScreenProps } from '../../base/screen-props'
import { useUrlState } from '../../base/url-state'
import { SidePanels } from '../../ui/SidePanels'
import { FigureBar } from './FigureBar'
import { FigurePaper } from './FigurePaper'
import { figuresState } from '../../shared/figures/figures-state'
import classes from './FiguresScreen.module.css'
import { RecipeForm } from './RecipeForm'
import { TemplateChooser } from './TemplateChooser'

/** Figures for a paper: a recipe on the left, on the right what comes out. */
export default function FiguresScreen({ run }: RunScreenProps) {
  const [{ recipe }, change] = useUrlState(figuresState)
  usePageTitle('Figures', run.name)
  if (recipe === null) {
    return <TemplateChooser run={run} onChoose={(chosen) => change({ recipe: chosen })} />
  }
  return (
    <div className={classes.screen}>
      <FigureBar
        recipe={recipe}
        onChange={(next) => change({ recipe: next })}
        onLeave={() => change({ recipe: null })}
      />
      <SidePanels
        id="figures"
        left={{
          name: 'Recipe',
          width: 300,
          content: <RecipeForm run={run} recipe={recipe} onChange={(next) => change({ recipe: next })} />,
        }}
      >
        <FigurePaper recipe={recipe} />
      </SidePanels>
    </div>
  )
}
