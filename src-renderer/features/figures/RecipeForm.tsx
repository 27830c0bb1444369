import { NativeSelect, NumberInput, TextInput } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import type { FigureContent, Recipe } from '@shared/figure/recipe'
import { SIZE_PRESET_IDS, SIZE_PRESETS, type SizePreset, UNITS, type Unit } from '@shared/figure/sizes'
import { Choice } from '../../ui/Choice'
import classes from './FiguresScreen.module.css'
import { GridForm } from './GridForm'
import { PlotForm } from './PlotForm'

interface RecipeFormProps {
  run: RunInfo
  recipe: Recipe
  onChange: (recipe: Recipe) => void
}

/** Everything that a recipe says, but its name. */
export function RecipeForm({ run, recipe, onChange }: RecipeFormProps) {
  const part = (change: Partial<Recipe>) => onChange({ ...recipe, ...change })
  const setContent = (content: FigureContent) => part({ content })
  return (
    <form className={classes.form} aria-label="Recipe" onSubmit={(event) => event.preventDefault()}>
      {recipe.content.kind === 'grid' ? (
        <GridForm run={run} content={recipe.content} onChange={setContent} />
      ) : (
        <PlotForm run={run} content={recipe.content} onChange={setContent} />
      )}
      <fieldset>
        <legend>Page</legend>
        <TextInput
          size="xs"
          label="Title"
          placeholder="None: the caption says it"
          value={recipe.title ?? ''}
          onChange={(event) => part({ title: event.currentTarget.value || undefined })}
        />
        <SizeFields recipe={recipe} onChange={part} />
        <div className={classes.pair}>
          <NativeSelect
            size="xs"
            label="Resolution"
            value={recipe.dpi}
            data={[150, 300, 600].map((dpi) => ({ value: String(dpi), label: `${dpi} dpi` }))}
            onChange={(event) => part({ dpi: Number(event.currentTarget.value) })}
          />
          <Choice
            label="Background"
            value={recipe.background}
            options={{ white: 'White', transparent: 'Transparent' }}
            onChange={(value) => part({ background: value })}
          />
        </div>
        <div className={classes.pair}>
          <Choice
            label="Type"
            value={recipe.font.family}
            options={{ sans: 'Inter', serif: 'STIX Two' }}
            onChange={(value) => part({ font: { ...recipe.font, family: value } })}
          />
          <NumberInput
            size="xs"
            label="Size, pt"
            placeholder="as the page"
            min={4}
            max={72}
            step={0.5}
            value={recipe.font.size ?? ''}
            onChange={(size) => part({ font: { ...recipe.font, size: typeof size === 'number' ? size : undefined } })}
          />
        </div>
      </fieldset>
    </form>
  )
}

const OWN = 'own'

function SizeFields({ recipe: { size }, onChange }: { recipe: Recipe; onChange: (part: Partial<Recipe>) => void }) {
  const own = 'preset' in size ? null : size
  return (
    <>
      <NativeSelect
        size="xs"
        label="Size"
        value={'preset' in size ? size.preset : OWN}
        data={[
          ...SIZE_PRESET_IDS.map((id) => ({
            value: id,
            label: `${SIZE_PRESETS[id].name} (${SIZE_PRESETS[id].width} in)`,
          })),
          { value: OWN, label: 'Own size' },
        ]}
        onChange={(event) => {
          const chosen = event.currentTarget.value
          onChange({
            size: chosen === OWN ? { width: 120, unit: 'mm' } : { preset: chosen as SizePreset },
          })
        }}
      />
      {own && (
        <div className={classes.triple}>
          <NumberInput
            size="xs"
            label="Width"
            min={0.1}
            value={own.width}
            onChange={(width) => typeof width === 'number' && width > 0 && onChange({ size: { ...own, width } })}
          />
          <NumberInput
            size="xs"
            label="Height"
            placeholder="as needed"
            min={0.1}
            value={own.height ?? ''}
            onChange={(height) =>
              onChange({ size: { ...own, height: typeof height === 'number' && height > 0 ? height : undefined } })
            }
          />
          <NativeSelect
            size="xs"
            label="Unit"
            value={own.unit}
            data={[...UNITS]}
            onChange={(event) => onChange({ size: { ...own, unit: event.currentTarget.value as Unit } })}
          />
        </div>
      )}
    </>
  )
}
