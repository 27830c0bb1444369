import { CopyButton, Button, Loader } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { FigurePreview } from '@shared/api'
import type { Recipe } from '@shared/figure/recipe'
import { ErrorMessage } from '../../ui/Messages'
import classes from './FiguresScreen.module.css'
import { useFigurePreview } from '../../api/figure-queries'
import { usePicture } from './picture'

const SETTLED_MS = 250
/** What a page of a paper holds beside its margins and a caption, mm: 9 inches. */
const PAGE_HEIGHT_MM = 9 * 25.4

/** The figure on paper, its size and what has to be known of it. */
export function FigurePaper({ recipe }: { recipe: Recipe }) {
  const [settled] = useDebouncedValue(recipe, SETTLED_MS)
  const preview = useFigurePreview(settled)
  if (preview.error) return <ErrorMessage error={preview.error} retry={() => preview.refetch()} />
  return (
    <div className={classes.desk} aria-busy={preview.isFetching || settled !== recipe}>
      {preview.data ? (
        <Paper preview={preview.data} name={recipe.name} />
      ) : (
        <Loader role="img" aria-label="Drawing the figure" />
      )}
      {preview.isFetching && preview.data && (
        <Loader className={classes.drawing} size="xs" role="img" aria-label="Drawing" />
      )}
    </div>
  )
}

function Paper({ preview, name }: { preview: FigurePreview; name: string }) {
  const picture = usePicture(preview.svg)
  return (
    <>
      {preview.height > PAGE_HEIGHT_MM && (
        <p className={classes.notice} role="status">
          This is {preview.height.toFixed(0)} mm high; a page holds about {PAGE_HEIGHT_MM.toFixed(0)} mm of figure. Show
          fewer samples, or make them columns.
        </p>
      )}
      <figure className={classes.paper}>
        <img ref={picture} alt={`Figure ${name}`} style={{ aspectRatio: preview.width / preview.height }} />
      </figure>
      <div className={classes.about}>
        <span>
          {preview.width.toFixed(1)} × {preview.height.toFixed(1)} mm
        </span>
        <CopyButton value={preview.latex}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy LaTeX'}
            </Button>
          )}
        </CopyButton>
      </div>
      {preview.notices.map((notice) => (
        <p key={notice} className={classes.notice} role="status">
          {notice}
        </p>
      ))}
    </>
  )
}
