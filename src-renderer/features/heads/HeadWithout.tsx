import type { EvaluationInfo, HeadSample, RunInfo } from '@shared/api'
import { imageUrls } from '@shared/api'
import { CRITERION_NAMES } from '@shared/evaluation/criterion-names'
import type { HeadEvaluation } from '@shared/evaluation/head-evaluation'
import { placesOf } from '@shared/evaluation/head-verdict'
import { ordinal, plainNumber, withInterval } from '@shared/evaluation/words'
import { Link } from 'wouter'
import { useEvaluations, useHeadEvaluation, useHeadSamples } from '../../api/evaluation-queries'
import { className } from '../../base/class-name'
import { links } from '../../base/links'
import type { HeadId } from '../../shared/heads/head-id'
import { type HeadState, headsState } from '../../shared/heads/heads-state'
import { imagesInWords } from '../../shared/evaluations/evaluation-words'
import { InlineError } from '../../ui/Messages'
import { formatShare } from '../../ui/format'
import classes from './HeadScreen.module.css'

const SHOWN = 6

interface HeadWithoutProps {
  run: RunInfo
  head: HeadId
  view: HeadState
}

/** What happens without this head, by the newest finished ablation, or the one in view; where to begin one without any. */
export function HeadWithout({ run, head, view }: HeadWithoutProps) {
  const evaluations = useEvaluations(run.id)
  const finished = evaluations.data?.filter(({ request, state }) => request.what === 'heads' && state === 'finished')
  const info = finished?.find(({ id }) => id === view.evaluation) ?? finished?.[0]
  const allHeads = links.ofRun(run.id, '/heads', headsState.search({ ...view, part: 'effect' }))
  return (
    <section aria-label="Without this head">
      <header className={classes.heading}>
        <h2>Without this head</h2>
        <Link href={allHeads}>{info ? 'The same of each head' : 'Begin'}</Link>
      </header>
      {info ? (
        <Effect run={run} head={head} view={view} info={info} />
      ) : (
        finished && <p className={classes.none}>No head was switched off yet; the screen of all heads begins it.</p>
      )}
    </section>
  )
}

function Effect({ run, head: at, view, info }: HeadWithoutProps & { info: EvaluationInfo }) {
  const { filter, criterion } = view
  const found = useHeadEvaluation(run.id, info.id, filter)
  const samples = useHeadSamples(run.id, info.id, filter, { ...at, count: SHOWN })
  if (found.isError) return <InlineError error={found.error} retry={found.refetch} />
  const evaluation = found.data
  if (!evaluation) return null
  const place = evaluation.heads.findIndex(({ layer, head }) => layer === at.layer && head === at.head)
  if (evaluation.n === 0 || place < 0)
    return <p className={classes.none}>None of the measured images fits this filter.</p>
  return (
    <>
      <p className={classes.said}>{said(evaluation, place, criterion)}</p>
      {samples.isError && <InlineError error={samples.error} retry={samples.refetch} />}
      <ul className={classes.samples} aria-label="Samples that change most without this head">
        {samples.data?.map((sample) => (
          <Changed key={sample.id} run={run} sample={sample} head={at} />
        ))}
      </ul>
    </>
  )
}

function said(evaluation: HeadEvaluation, place: number, criterion: HeadState['criterion']): string {
  const { heads, order, n, labelled, accuracy } = evaluation
  const head = heads[place]!
  // One image has no interval.
  const effect =
    n === 1
      ? plainNumber(head.absDeltaLogit)
      : withInterval({ mean: head.absDeltaLogit, low: head.low, high: head.high })
  const rank = ordinal(order.indexOf(place) + 1)
  const { overall } = placesOf(evaluation, place, criterion)
  const right = labelled > 0 ? ` Accuracy goes from ${formatShare(accuracy)} to ${formatShare(head.accuracy)}.` : ''
  const by = `${CRITERION_NAMES[criterion]} has it ${ordinal(Math.round(overall))}`
  return `The logit of the predicted class changes by ${effect} over ${imagesInWords(n)}: ${rank} of ${heads.length} heads; ${by}.${right} It changes these most:`
}

function Changed({ run, sample, head }: { run: RunInfo; sample: HeadSample; head: HeadId }) {
  const { id, logitLost, probability, probabilityAfter, prediction, predictionAfter } = sample
  const becomes =
    predictionAfter === prediction
      ? `${className(run, prediction)} ${formatShare(probability)} to ${formatShare(probabilityAfter)}`
      : `${className(run, prediction)} becomes ${className(run, predictionAfter)}`
  const words = `${becomes}; the logit ${logitLost >= 0 ? 'loses' : 'gains'} ${plainNumber(Math.abs(logitLost))}`
  const change = `${logitLost >= 0 ? '−' : '+'}${plainNumber(Math.abs(logitLost))}`
  const caption = predictionAfter === prediction ? change : `${change} → ${className(run, predictionAfter)}`
  return (
    <li>
      <Link
        href={links.sample(run.id, id, { head: `${head.layer}.${head.head}` })}
        aria-label={`${caption}: ${words}`}
        title={words}
      >
        <span className={classes.picture}>
          <img className={classes.thumbnail} src={imageUrls.thumbnail(run.id, id, 160)} alt="" />
        </span>
        <span className={classes.caption}>{caption}</span>
      </Link>
    </li>
  )
}
