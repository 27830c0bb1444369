import { Skeleton } from '@mantine/core'
import type { EvaluationInfo } from '@shared/api'
import { CRITERION_NAMES } from '@shared/evaluation/criterion-names'
import type { CriterionId } from '@shared/evaluation/head-criteria'
import type { HeadEvaluation } from '@shared/evaluation/head-evaluation'
import { headVerdict } from '@shared/evaluation/head-verdict'
import { plainNumber } from '@shared/evaluation/words'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { minMax } from '@shared/heatmap/scale'
import { useMemo } from 'react'
import { useLocation } from 'wouter'
import { useHeadEvaluation } from '../../api/evaluation-queries'
import { ChosenEvaluation } from '../../shared/evaluations/ChosenEvaluation'
import { FILL_NAMES, imagesInWords } from '../../shared/evaluations/evaluation-words'
import { Verdict } from '../../shared/evaluations/Verdict'
import { WithoutHeads } from '../../shared/evaluations/WithoutHeads'
import { headLink } from '../../shared/heads/head-links'
import { Choice } from '../../ui/Choice'
import { HeadMatrix } from '../../ui/HeadMatrix'
import { EmptyMessage, ErrorMessage } from '../../ui/Messages'
import { formatCount, formatShare } from '../../ui/format'
import { AgreementTable } from './AgreementTable'
import classes from './EffectOfHeads.module.css'
import { EffectGroups } from './EffectGroups'
import { EffectScatter } from './EffectScatter'
import type { PartProps } from './part-props'
import { PruningCurves } from './PruningCurves'

/** What happens without each head, beside what a score says of it. */
export function EffectOfHeads(props: PartProps) {
  const { run, view, change } = props
  return (
    <ChosenEvaluation
      run={run}
      what="heads"
      chosen={view.evaluation}
      filter={view.filter}
      onChoose={(evaluation) => change({ evaluation })}
      empty={{
        title: 'No head was switched off yet',
        text: 'A score says which head matters. Here each head is switched off, and what the model then says tells whether the score knew.',
      }}
    >
      {(info) => <Measured {...props} info={info} />}
    </ChosenEvaluation>
  )
}

function Measured({ run, view, change, info }: PartProps & { info: EvaluationInfo }) {
  const { filter, criterion } = view
  const [, navigate] = useLocation()
  const found = useHeadEvaluation(run.id, info.id, filter)
  const evaluation = found.data
  const matrices = useMemo(
    () => evaluation && matricesOf(evaluation, run.model, criterion),
    [evaluation, run, criterion],
  )
  if (found.isLoadingError) return <ErrorMessage error={found.error} retry={found.refetch} />
  if (!evaluation || !matrices) return <Skeleton height={320} mt="md" aria-busy="true" />
  if (evaluation.n === 0) {
    return (
      <EmptyMessage title="None of the measured images matches this filter">
        Heads were switched off over {imagesInWords(info.samples)} of the run. Take the filter off, or begin an
        evaluation of the images that it names.
      </EmptyMessage>
    )
  }
  const images = filter.trim() === '' ? 'images' : `images of ${filter.trim()}`
  const open = (layer: number, head: number) => navigate(headLink(run, { layer, head }, view))
  return (
    <>
      <Verdict sentences={headVerdict(evaluation, images, criterion)}>
        Heads {FILL_NAMES[evaluation.kind]}, one at a time.{' '}
        {evaluation.labelled > 0 &&
          `The whole model is right in ${formatShare(evaluation.accuracy)} of ${formatCount(evaluation.labelled)} labelled ${evaluation.labelled === 1 ? 'image' : 'images'}. `}
        {evaluation.kind === 'zero' &&
          'Sum A∘G is the derivative by the head’s gate, so under zero it agrees partly by construction.'}
        {evaluation.asked > evaluation.n &&
          ` ${imagesInWords(evaluation.asked - evaluation.n)} could not be read, and did not count.`}
      </Verdict>
      <div className={classes.matrices}>
        <section aria-label="Effect">
          <header className={classes.heading}>
            <h2>Effect: mean |change of the logit| without the head</h2>
          </header>
          <HeadMatrix
            label="Effect of every head"
            model={run.model}
            values={matrices.effect}
            range={{ low: 0, high: minMax(matrices.effect).high }}
            colormap={COLORMAPS.viridis}
            describe={(_, index) => matrices.say(index)}
            onChoose={open}
            hint="Enter or a click opens the head."
          />
        </section>
        <section aria-label="Score">
          <header className={classes.heading}>
            <h2>Score</h2>
            <Choice
              label="Score"
              quiet
              value={criterion}
              options={CRITERION_NAMES}
              onChange={(criterion) => change({ criterion })}
            />
          </header>
          <HeadMatrix
            label={`${CRITERION_NAMES[criterion]} of every head`}
            model={run.model}
            values={matrices.score}
            range={minMax(matrices.score)}
            colormap={COLORMAPS.viridis}
            describe={(value) => plainNumber(value)}
            onChoose={open}
            hint="Mean over the images."
          />
        </section>
        <section aria-label="Score against effect">
          <header className={classes.heading}>
            <h2>Score against effect</h2>
          </header>
          <EffectScatter evaluation={evaluation} criterion={criterion} layers={run.model.layers} />
        </section>
      </div>
      <div className={classes.pair}>
        <AgreementTable evaluation={evaluation} chosen={criterion} onChoose={(criterion) => change({ criterion })} />
        {Object.keys(evaluation.pruning).length > 0 && <PruningCurves evaluation={evaluation} criterion={criterion} />}
      </div>
      <EffectGroups run={run} evaluation={evaluation} onFilter={(filter) => change({ filter })} onOpen={open} />
      <section className={classes.hand} aria-label="Several heads switched off by hand">
        <h2>Several heads off at once{filter.trim() !== '' && ', over this filter'}</h2>
        <WithoutHeads key={filter} run={run} images={{ filter }} />
      </section>
    </>
  )
}

/** `[layers, heads]` of the effect and of the score, and a head in words. */
function matricesOf(evaluation: HeadEvaluation, model: { layers: number; heads: number }, criterion: CriterionId) {
  const effect = new Float32Array(model.layers * model.heads)
  const score = new Float32Array(model.layers * model.heads)
  const at = new Map<number, number>()
  evaluation.heads.forEach(({ layer, head, absDeltaLogit }, place) => {
    const index = layer * model.heads + head
    at.set(index, place)
    effect[index] = absDeltaLogit
    score[index] = evaluation.criteria[criterion][place]!
  })
  const say = (index: number) => {
    const head = evaluation.heads[at.get(index) ?? -1]
    if (head === undefined) return ''
    const accuracy = Number.isNaN(head.accuracy) ? '' : `, accuracy without it ${formatShare(head.accuracy)}`
    return `${plainNumber(head.absDeltaLogit)} (${plainNumber(head.low)} to ${plainNumber(head.high)}), p loses ${plainNumber(head.deltaProbability)}${accuracy}`
  }
  return { effect, score, say }
}
