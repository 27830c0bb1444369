import { hasHead, headsInWords } from '@headlight/explain/report'
import { Checkbox, NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import type { Content, FigureContent } from '@shared/figure/recipe'
import { COLORMAP_IDS, COLORMAPS, type ColormapId } from '@shared/heatmap/colormap'
import { Choice } from '../../ui/Choice'
import { FilterField } from '../../ui/filter/FilterField'
import classes from './FiguresScreen.module.css'

type PlotContent = Exclude<FigureContent, { kind: 'grid' }>

interface PlotFormProps {
  run: RunInfo
  content: PlotContent
  onChange: (content: PlotContent) => void
}

const TITLES: Record<PlotContent['kind'], string> = {
  'head-matrix': 'Head weights',
  'class-heads': 'Head weights by group',
  'head-distribution': 'Distribution of head weights',
  'group-difference': 'Difference of two groups',
  confusion: 'Confusion matrix',
  localisation: 'Localisation',
}

/** A plot over many samples. */
export function PlotForm({ run, content, onChange }: PlotFormProps) {
  return (
    <fieldset>
      <legend>{TITLES[content.kind]}</legend>
      {'filter' in content && (
        <FilterField run={run} value={content.filter} onCommit={(filter) => onChange({ ...content, filter })} />
      )}
      {content.kind === 'group-difference' && <DifferenceFields run={run} content={content} onChange={onChange} />}
      {content.kind === 'head-distribution' && <HeadsField run={run} content={content} onChange={onChange} />}
      {'by' in content && (
        <NativeSelect
          size="xs"
          label="Groups"
          value={content.by}
          data={[
            ...(content.kind === 'head-distribution' ? [{ value: 'all', label: 'All samples' }] : []),
            { value: 'class', label: 'Label' },
            { value: 'prediction', label: 'Prediction' },
            { value: 'correct', label: 'Correctness' },
          ]}
          onChange={(event) => onChange({ ...content, by: event.currentTarget.value } as PlotContent)}
        />
      )}
      {'norm' in content && (
        <Choice
          label="Weights"
          value={content.norm}
          options={{ l1: 'GMAR (L1)', l2: 'GMAR (L2)' }}
          onChange={(value) => onChange({ ...content, norm: value })}
        />
      )}
      {content.kind === 'confusion' && (
        <>
          <Choice
            label="Rows"
            value={content.rows}
            options={{ class: 'Classes', label: 'Labels of the dataset' }}
            onChange={(value) => onChange({ ...content, rows: value })}
          />
          <Choice
            label="Cells"
            value={content.share}
            options={{ row: 'Share of the label', column: 'Share of the prediction', count: 'Samples' }}
            onChange={(value) => onChange({ ...content, share: value })}
          />
          <Switch
            size="xs"
            label="Numbers in the cells"
            checked={content.numbers}
            onChange={(event) => onChange({ ...content, numbers: event.currentTarget.checked })}
          />
        </>
      )}
      {'colormap' in content && (
        <NativeSelect
          size="xs"
          label="Colours"
          value={content.colormap}
          data={COLORMAP_IDS.map((id) => ({ value: id, label: COLORMAPS[id].name }))}
          onChange={(event) => onChange({ ...content, colormap: event.currentTarget.value as ColormapId })}
        />
      )}
    </fieldset>
  )
}

function DifferenceFields({
  run,
  content,
  onChange,
}: {
  run: PlotFormProps['run']
  content: Content<'group-difference'>
  onChange: (content: Content<'group-difference'>) => void
}) {
  const group = (which: 'a' | 'b', name: 'nameA' | 'nameB', title: string) => (
    <div>
      <span className={classes.label}>{title}</span>
      <FilterField run={run} value={content[which]} onCommit={(filter) => onChange({ ...content, [which]: filter })} />
      <TextInput
        size="xs"
        aria-label={`Name of the ${title.toLowerCase()}`}
        placeholder="Name in the figure"
        value={content[name] ?? ''}
        onChange={(event) => onChange({ ...content, [name]: event.currentTarget.value || undefined })}
      />
    </div>
  )
  return (
    <>
      {group('a', 'nameA', 'First group')}
      {group('b', 'nameB', 'Second group')}
      <Checkbox
        size="xs"
        label="Compare within labels"
        title="Cohen's d within labels and van Elteren's test, as on the Heads screen"
        checked={content.stratified}
        onChange={(event) => onChange({ ...content, stratified: event.currentTarget.checked })}
      />
      <NumberInput
        size="xs"
        label="Mark heads with q below"
        min={0}
        max={1}
        step={0.01}
        value={content.significance}
        onChange={(significance) => typeof significance === 'number' && onChange({ ...content, significance })}
      />
    </>
  )
}

function HeadsField({
  run,
  content,
  onChange,
}: {
  run: RunInfo
  content: Content<'head-distribution'>
  onChange: (content: Content<'head-distribution'>) => void
}) {
  return (
    <TextInput
      key={JSON.stringify(content.heads)}
      size="xs"
      label="Heads, as layer.head"
      description={`${headsInWords(run.model)}, counted from 0`}
      defaultValue={content.heads.map(({ layer, head }) => `${layer}.${head}`).join(' ')}
      onBlur={(event) => {
        const chosen = [...event.currentTarget.value.matchAll(/(\d+)\.(\d+)/g)]
          .map(([, layer, head]) => ({ layer: Number(layer), head: Number(head) }))
          .filter(({ layer, head }) => hasHead(run.model, layer, head))
        if (chosen.length > 0) onChange({ ...content, heads: chosen })
      }}
    />
  )
}
