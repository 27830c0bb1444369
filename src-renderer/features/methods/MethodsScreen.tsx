import { Button, Menu, Skeleton } from '@mantine/core'
import type { EvaluationInfo, RunInfo } from '@shared/api'
import { evaluationCsv, evaluationLatex } from '@shared/evaluation/evaluation-table'
import type { MapEvaluation } from '@shared/evaluation/map-evaluation'
import { METRIC_NAMES } from '@shared/evaluation/metric-names'
import { refereeVerdict } from '@shared/evaluation/referee'
import { listed } from '@shared/evaluation/words'
import { typedTargetName } from '@shared/targets'
import { IconDownload } from '@tabler/icons-react'
import { download } from '../../api/download'
import { useMapEvaluation } from '../../api/evaluation-queries'
import { usePageTitle } from '../../base/page-title'
import type { RunScreenProps } from '../../base/screen-props'
import { useUrlState } from '../../base/url-state'
import { ChosenEvaluation } from '../../shared/evaluations/ChosenEvaluation'
import { imagesInWords } from '../../shared/evaluations/evaluation-words'
import { methodsState } from '../../shared/evaluations/methods-state'
import { Verdict } from '../../shared/evaluations/Verdict'
import { EmptyMessage, ErrorMessage } from '../../ui/Messages'
import { MetricCards } from './MetricCards'
import classes from './MethodsScreen.module.css'

/** A leaderboard for this model and these images: every metric, every method, what is told apart and what is not. */
export default function MethodsScreen({ run }: RunScreenProps) {
  const [view, change] = useUrlState(methodsState)
  usePageTitle('Methods', run.name)
  return (
    <div className={classes.screen}>
      <div className={classes.body}>
        {run.model.noMaps !== undefined ? (
          <EmptyMessage title="This model has no maps">{run.model.noMaps}</EmptyMessage>
        ) : (
          <ChosenEvaluation
            run={run}
            what="maps"
            chosen={view.evaluation}
            filter=""
            onChoose={(evaluation) => change({ evaluation })}
            empty={{
              title: 'Not yet evaluated',
              text: 'A map says where a method thinks the model looked. Here those patches are taken away and the model is asked again, beside two maps that know nothing of the model.',
            }}
            aside={(info) => info.state === 'finished' && <Files run={run} info={info} />}
          >
            {(info) => <Evaluated key={info.id} run={run} info={info} />}
          </ChosenEvaluation>
        )}
      </div>
    </div>
  )
}

function Files({ run, info }: { run: RunInfo; info: EvaluationInfo }) {
  const { data } = useMapEvaluation(run.id, info.id)
  const name = `methods-${run.name.replaceAll(/[^A-Za-z0-9]+/g, '-')}`
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button size="xs" disabled={!data} leftSection={<IconDownload size={14} aria-hidden />}>
          Table
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => download(`${name}.csv`, evaluationCsv(data!), 'text/csv')}>CSV</Menu.Item>
        <Menu.Item onClick={() => download(`${name}.tex`, evaluationLatex(data!), 'application/x-tex')}>
          LaTeX
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Evaluated({ run, info }: { run: RunInfo; info: EvaluationInfo }) {
  const found = useMapEvaluation(run.id, info.id)
  if (found.isLoadingError) return <ErrorMessage error={found.error} retry={found.refetch} />
  if (!found.data) return <Skeleton height={320} mt="md" aria-busy="true" />
  const evaluation = found.data
  return (
    <>
      <Verdict title="What a careful referee would write" sentences={refereeVerdict(evaluation)} />
      <MetricCards
        evaluation={evaluation}
        kind="faithfulness"
        title="Metrics, with both controls"
        signs="The small number is the rank among the methods; ○ not told from plain rollout; † not shown to beat both controls."
      />
      <MetricCards
        evaluation={evaluation}
        kind="randomisation"
        title="Likeness of a map to itself after weights are shuffled (Spearman)"
        signs="The small number is the rank among the methods; ○ not told from plain rollout; † no less like the original than the next image’s map."
      />
      <p className={classes.notes}>{notesOf(run, evaluation, info).join(' ')}</p>
    </>
  )
}

function notesOf(
  run: RunInfo,
  { n, asked, undefinedMetrics, residual }: MapEvaluation,
  info: EvaluationInfo,
): string[] {
  const { target, labels } = run.definition
  const not = target.kind === 'predicted' ? '' : `, not ${typedTargetName(target, labels)} as in the run`
  const localisation = undefinedMetrics.filter((metric) => ['pointing', 'energy', 'iou'].includes(metric))
  const others = undefinedMetrics.filter((metric) => !localisation.includes(metric))
  return [
    `Means over ${imagesInWords(n)} with 95 % intervals (bootstrap over images); differences to plain rollout are paired.`,
    `Maps and p are those of the class that the unchanged image is predicted as${not}.`,
    ...(asked > n ? [`${imagesInWords(asked - n)} could not be read, and did not count.`] : []),
    ...(localisation.length > 0 ? ['Localisation is left out: none of the images has a mask that can be read.'] : []),
    ...(others.length > 0
      ? [`${listed(others.map((metric) => METRIC_NAMES[metric]))}: defined for none of these images.`]
      : []),
    ...(residual === false
      ? ['No residual sums lie between the blocks, so they were told apart by their products A V.']
      : []),
    ...(run.definition.task === 'multi-label' && info.request.what === 'maps'
      ? ['The classes are independent: p is the sigmoid of the predicted one.']
      : []),
  ]
}
