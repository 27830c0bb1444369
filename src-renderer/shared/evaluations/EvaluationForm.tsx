import { Button, Checkbox, NumberInput, Switch } from '@mantine/core'
import { METHODS, METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import type { EvaluationInfo, EvaluationRequest, RunInfo } from '@shared/api'
import type { HeadFillKind } from '@shared/evaluation/ablation-summary'
import { METRIC_GROUP_NAMES } from '@shared/evaluation/metric-names'
import { METRIC_GROUPS, type MetricGroup } from '@shared/evaluation/metrics'
import { useState } from 'react'
import { useStartEvaluation } from '../../api/evaluation-queries'
import { InlineError } from '../../ui/Messages'
import { Segments } from '../../ui/Segments'
import { FilterField } from '../../ui/filter/FilterField'
import { EvaluationEstimate } from './EvaluationEstimate'
import classes from './Evaluations.module.css'

interface EvaluationFormProps {
  run: RunInfo
  what: EvaluationRequest['what']
  /** Of the screen that it is opened from. */
  filter: string
  onStarted: (info: EvaluationInfo) => void
}

const DEFAULT_LIMIT = 100

/** What is evaluated, over which images; what it costs stands below before it is begun. */
export function EvaluationForm({ run, what, filter: filterInView, onStarted }: EvaluationFormProps) {
  const [filter, setFilter] = useState(filterInView)
  const [limit, setLimit] = useState<number | null>(DEFAULT_LIMIT)
  const [metrics, setMetrics] = useState<MetricGroup[]>(['deletion', 'saco', 'randomisation'])
  const [methods, setMethods] = useState<MethodId[]>([...run.definition.methods])
  const [fill, setFill] = useState<'mean' | 'blur' | 'both'>('both')
  const [kind, setKind] = useState<HeadFillKind>('zero')
  const [withPruning, setWithPruning] = useState(false)
  const start = useStartEvaluation(run.id)
  const request: EvaluationRequest =
    what === 'maps'
      ? { what, metrics, methods, fill, steps: 20, filter, limit }
      : { what, kind, withPruning, filter, limit }
  const lacking =
    what === 'heads'
      ? null
      : metrics.length === 0
        ? 'Choose a metric.'
        : methods.length === 0
          ? 'Choose a method.'
          : null
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (lacking === null) start.mutate(request, { onSuccess: onStarted })
      }}
    >
      {what === 'maps' ? (
        <>
          <Checkbox.Group label="Metrics" value={metrics} onChange={(value) => setMetrics(value)}>
            <div className={classes.checks}>
              {METRIC_GROUPS.map((id) => (
                <Checkbox key={id} size="xs" value={id} label={METRIC_GROUP_NAMES[id]} />
              ))}
            </div>
          </Checkbox.Group>
          <Checkbox.Group label="Methods" value={methods} onChange={(value) => setMethods(value)}>
            <div className={classes.checks}>
              {METHOD_IDS.map((id) => (
                <Checkbox key={id} size="xs" value={id} label={METHODS[id].name} />
              ))}
            </div>
          </Checkbox.Group>
          <Segments
            label="In place of removed patches"
            value={fill}
            options={{ both: 'Both fills', mean: 'Mean colour', blur: 'Blurred image' }}
            onChange={setFill}
          />
        </>
      ) : (
        <>
          <Segments
            label="In place of a head’s output"
            value={kind}
            options={{ zero: 'Zero', mean: 'Its mean output', uniform: 'Even attention' }}
            onChange={setKind}
          />
          <Switch
            size="xs"
            label="Pruning curves: heads also removed one after the other, in the order of every score"
            checked={withPruning}
            onChange={(event) => setWithPruning(event.currentTarget.checked)}
          />
        </>
      )}
      <div className={classes.pair}>
        <FilterField run={run} value={filter} onCommit={setFilter} />
        <NumberInput
          size="xs"
          label="Images, the first of every label in turn"
          placeholder="All images"
          min={1}
          allowDecimal={false}
          thousandSeparator=","
          value={limit ?? ''}
          onChange={(value) => setLimit(typeof value === 'number' && value >= 1 ? value : null)}
        />
      </div>
      {lacking === null ? (
        <EvaluationEstimate run={run} request={request} />
      ) : (
        <p className={classes.hint} role="status">
          {lacking}
        </p>
      )}
      {start.isError && <InlineError error={start.error} />}
      <footer className={classes.footer}>
        <Button type="submit" variant="filled" loading={start.isPending} disabled={lacking !== null}>
          Begin
        </Button>
      </footer>
    </form>
  )
}
