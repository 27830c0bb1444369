import { NativeSelect, NumberInput, Switch } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { givesBoxes } from '@shared/detection-box'
import type { GridContent, Selection } from '@shared/figure/recipe'
import { COLORMAP_IDS, COLORMAPS, type ColormapId } from '@shared/heatmap/colormap'
import { Choice } from '../../ui/Choice'
import { FilterField } from '../../ui/filter/FilterField'
import { PercentSlider } from '../../ui/PercentSlider'
import classes from './FiguresScreen.module.css'
import { OrderByHand } from './OrderByHand'
import { PanelList } from './PanelList'
import { SampleList } from './SampleList'

interface GridFormProps {
  run: RunInfo
  content: GridContent
  onChange: (content: GridContent) => void
}

/** Samples x panels. */
export function GridForm({ run, content, onChange }: GridFormProps) {
  const part = (change: Partial<GridContent>) => onChange({ ...content, ...change })
  return (
    <>
      <fieldset>
        <legend>Samples</legend>
        <SelectionFields run={run} selection={content.samples} onChange={(samples) => part({ samples })} />
        <div className={classes.pair}>
          <Choice
            label="A sample is a"
            value={content.samplesAs}
            options={{ rows: 'Row', columns: 'Column' }}
            onChange={(value) => part({ samplesAs: value })}
          />
          <Choice
            label="Titled by"
            value={Array.isArray(content.sampleTitles) ? 'label' : content.sampleTitles}
            options={{ label: 'Label', path: 'File', none: 'Nothing' }}
            onChange={(value) => part({ sampleTitles: value })}
          />
        </div>
        <Switch
          size="xs"
          label="Predictions under the pictures"
          checked={content.captions === 'prediction'}
          onChange={(event) => part({ captions: event.currentTarget.checked ? 'prediction' : 'none' })}
        />
      </fieldset>
      <fieldset>
        <legend>Panels</legend>
        <PanelList run={run} panels={content.panels} onChange={(panels) => part({ panels })} />
        <Switch
          size="xs"
          label="Letters (a), (b), …"
          checked={content.letters}
          onChange={(event) => part({ letters: event.currentTarget.checked })}
        />
      </fieldset>
      <fieldset>
        <legend>Maps</legend>
        <div className={classes.pair}>
          <Choice
            label="Shown"
            value={content.display}
            options={{ overlay: 'Over the picture', map: 'Alone', pair: 'Side by side' }}
            onChange={(value) => part({ display: value })}
          />
          <Choice
            label="Scale"
            value={content.scale}
            options={{ own: 'Own range each', panel: 'One a panel', shared: 'One for all' }}
            onChange={(value) => part({ scale: value })}
          />
        </div>
        <div className={classes.pair}>
          <NativeSelect
            size="xs"
            label="Colours"
            value={content.colormap}
            data={COLORMAP_IDS.map((id) => ({ value: id, label: COLORMAPS[id].name }))}
            onChange={(event) => part({ colormap: event.currentTarget.value as ColormapId })}
          />
          <Choice
            label="Patches"
            value={content.interpolation}
            options={{ bilinear: 'Smooth', nearest: 'Patches' }}
            onChange={(value) => part({ interpolation: value })}
          />
        </div>
        {content.display !== 'map' && (
          <div className={classes.slider}>
            <span aria-hidden>Opacity</span>
            <PercentSlider
              label="Opacity of maps"
              value={Math.round(content.opacity * 100)}
              onChange={(percent) => part({ opacity: percent / 100 })}
            />
          </div>
        )}
        <Switch
          size="xs"
          label="Pictures under maps in grey"
          checked={content.grey}
          onChange={(event) => part({ grey: event.currentTarget.checked })}
        />
        {givesBoxes(run.model) && (
          <Switch
            size="xs"
            label="Boxes of explained queries"
            checked={content.boxes}
            onChange={(event) => part({ boxes: event.currentTarget.checked })}
          />
        )}
        <Switch
          size="xs"
          label="Colour bars with numbers"
          description={
            content.colorBars && content.scale === 'own'
              ? 'With own ranges a bar stands for every map: it says low and high. One scale a panel or for all has numbers.'
              : undefined
          }
          checked={content.colorBars}
          onChange={(event) => part({ colorBars: event.currentTarget.checked })}
        />
        <NumberInput
          size="xs"
          label="Between pictures, pt"
          min={0}
          max={72}
          value={content.gap}
          onChange={(gap) => typeof gap === 'number' && part({ gap })}
        />
        <CropFields crop={content.crop} onChange={(crop) => part({ crop })} />
      </fieldset>
    </>
  )
}

function SelectionFields({
  run,
  selection,
  onChange,
}: {
  run: RunInfo
  selection: Selection
  onChange: (selection: Selection) => void
}) {
  if ('paths' in selection) return <SampleList paths={selection.paths} onChange={(paths) => onChange({ paths })} />
  return (
    <>
      <FilterField run={run} value={selection.filter} onCommit={(filter) => onChange({ ...selection, filter })} />
      <div className={classes.triple}>
        <Choice
          label="Sorted by"
          value={selection.sort}
          options={['path', 'confidence', 'label', 'prediction', 'correct']}
          onChange={(value) => onChange({ ...selection, sort: value })}
        />
        <Choice
          label="Order"
          value={selection.descending ? 'down' : 'up'}
          options={{ up: 'Lowest first', down: 'Highest first' }}
          onChange={(value) => onChange({ ...selection, descending: value === 'down' })}
        />
        <NumberInput
          size="xs"
          label="How many"
          min={1}
          max={64}
          value={selection.limit}
          onChange={(limit) =>
            typeof limit === 'number' && limit >= 1 && limit <= 64 && onChange({ ...selection, limit })
          }
        />
      </div>
      <OrderByHand run={run} selection={selection} onOrder={(paths) => onChange({ paths })} />
    </>
  )
}

const MIDDLE = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 }
const SIDES = ['x', 'y', 'width', 'height'] as const

function CropFields({ crop, onChange }: { crop: GridContent['crop']; onChange: (crop: GridContent['crop']) => void }) {
  return (
    <>
      <Switch
        size="xs"
        label="Crop"
        checked={crop !== undefined}
        onChange={(event) => onChange(event.currentTarget.checked ? MIDDLE : undefined)}
      />
      {crop && (
        <div className={classes.quadruple}>
          {SIDES.map((side) => (
            <NumberInput
              key={side}
              size="xs"
              label={`${{ x: 'Left', y: 'Top', width: 'Width', height: 'Height' }[side]}, %`}
              min={side === 'x' || side === 'y' ? 0 : 1}
              max={100 - Math.round({ x: crop.width, y: crop.height, width: crop.x, height: crop.y }[side] * 100)}
              clampBehavior="strict"
              value={Math.round(crop[side] * 100)}
              onChange={(percent) => typeof percent === 'number' && onChange({ ...crop, [side]: percent / 100 })}
            />
          ))}
        </div>
      )}
    </>
  )
}
