import { Skeleton, UnstyledButton } from '@mantine/core'
import type { Recipe } from '@shared/figure/recipe'
import { useEffect } from 'react'
import classes from './FigureCard.module.css'
import { useFigurePreview } from '../../api/figure-queries'
import { usePicture } from './picture'

/** Enough for a card; pictures in figures are redrawn at their own resolution when the figure is opened. */
const CARD_DPI = 72

interface FigureCardProps {
  recipe: Recipe
  about: string
  /** 'no': the card goes without its picture; 'wait': others are drawn first. */
  draw: 'now' | 'wait' | 'no'
  /** Called when the picture is there, or when it is known that there will not be one. */
  onDrawn: () => void
  onChoose: () => void
}

/** A figure to begin with or to open again, as it looks with the results that are there. */
export function FigureCard({ recipe, about, draw, onDrawn, onChoose }: FigureCardProps) {
  const preview = useFigurePreview({ ...recipe, dpi: CARD_DPI }, draw === 'now')
  const over = preview.isSuccess || preview.isError
  useEffect(() => {
    if (over) onDrawn()
  }, [over, onDrawn])
  return (
    <UnstyledButton className={classes.card} onClick={onChoose}>
      {draw !== 'no' && (
        <span className={classes.paper} aria-hidden aria-busy={!over}>
          {preview.data ? (
            <Drawn svg={preview.data.svg} />
          ) : preview.isError ? (
            <span className={classes.none} title={preview.error.message}>
              {preview.error.message}
            </span>
          ) : (
            <Skeleton height="100%" />
          )}
        </span>
      )}
      <strong>{recipe.name}</strong>
      <span className={classes.about}>{about}</span>
    </UnstyledButton>
  )
}

function Drawn({ svg }: { svg: string }) {
  return <img ref={usePicture(svg)} alt="" />
}
