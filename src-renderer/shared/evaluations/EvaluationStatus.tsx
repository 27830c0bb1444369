import { Progress, VisuallyHidden } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { useEffect } from 'react'
import { Link } from 'wouter'
import { useEvaluationsUnderWay, whenEvaluationEnds } from '../../api/evaluation-queries'
import { notify } from '../../api/live'
import { evaluationLink, isEvaluationInView } from './evaluation-links'
import { evaluationProgress } from './evaluation-words'
import classes from './Evaluations.module.css'

/** Evaluations under way, in the status line: how far the first is; leads to where it is steered. */
export function EvaluationStatus({ run }: { run: RunInfo | undefined }) {
  const underWay = useEvaluationsUnderWay(run?.id)
  useEffect(
    () =>
      whenEvaluationEnds((info) => {
        const what = info.request.what === 'maps' ? 'The evaluation of maps' : 'The ablation of heads'
        const action = { text: 'See what it says', href: evaluationLink(info) }
        if (info.state === 'finished' && isEvaluationInView(info)) return
        if (info.state === 'finished') notify('info', `${what} is finished.`, action)
        else notify('error', `${what} stopped: ${info.error?.message}`, { ...action, text: 'Go there' })
      }),
    [],
  )
  const first = underWay.find(({ state }) => state === 'running') ?? underWay[0]
  if (first === undefined) return null
  const share = first.total === 0 ? 0 : (100 * first.done) / first.total
  const more = underWay.length > 1 ? ` and ${underWay.length - 1} more` : ''
  return (
    <Link href={evaluationLink(first)} className={classes.status}>
      <VisuallyHidden>Evaluation under way: </VisuallyHidden>
      <span>
        {first.request.what === 'maps' ? 'Evaluating maps' : 'Switching off heads'}
        {more}
      </span>
      <Progress value={share} size={4} w={80} aria-hidden />
      <span>{evaluationProgress(first)}</span>
    </Link>
  )
}
