import { Slider } from '@mantine/core'
import { memo } from 'react'
import classes from './Stage.module.css'

interface LayerSliderProps {
  layers: number
  /** Null for all layers. */
  layer: number | null
  onChange: (layer: number | null) => void
}

/** Goes through a method layer by layer, as if the model ended there. */
export const LayerSlider = memo(function LayerSlider({ layers, layer, onChange }: LayerSliderProps) {
  const last = layers - 1
  const shown = layer === null ? last : Math.min(layer, last)
  return (
    // Arrow keys that move the slider must not walk through samples as well.
    <div className={classes.layers} onKeyDown={(event) => event.stopPropagation()}>
      <span>{shown === last ? `All ${layers} layers` : `Layers 0–${shown}`}</span>
      <Slider
        className={classes.layerSlider}
        thumbLabel="Layers"
        size={3}
        thumbSize={12}
        color="gray"
        label={(value) => (value === last ? 'all layers' : `after layer ${value}`)}
        min={0}
        max={last}
        value={shown}
        onChange={(value) => onChange(value >= last ? null : value)}
      />
    </div>
  )
})
