import { Button, MultiSelect } from '@mantine/core'
import { headIndexes } from '@headlight/explain/report'
import type { RunInfo, WithoutHeadsAnswer } from '@shared/api'
import { plainNumber } from '@shared/evaluation/words'
import { useMemo, useState } from 'react'
import { Link } from 'wouter'
import { useWithoutHeads } from '../../api/evaluation-queries'
import { className } from '../../base/class-name'
import { links } from '../../base/links'
import { InlineError } from '../../ui/Messages'
import { Segments } from '../../ui/Segments'
import { formatCount, formatShare } from '../../ui/format'
import { imagesInWords } from './evaluation-words'
import classes from './WithoutHeads.module.css'

interface WithoutHeadsProps {
  run: RunInfo
  images: { id: number } | { filter: string }
}

/** Images that are computed of a filter: an answer within seconds. */
const LIMIT = 40
const SHOWN = 8

/** Several heads switched off at once, by hand: predictions before and after, of one image or of some of a filter. */
export function WithoutHeads({ run, images }: WithoutHeadsProps) {
  const [heads, setHeads] = useState<string[]>([])
  const [kind, setKind] = useState<'zero' | 'uniform'>('zero')
  const [asked, setAsked] = useState<string[] | null>(null)
  const one = 'id' in images
  const names = useMemo(
    () => headIndexes(run.model).map((index) => `${Math.floor(index / run.model.heads)}.${index % run.model.heads}`),
    [run],
  )
  const chosen = (asked ?? []).map((name) => {
    const [layer, head] = name.split('.').map(Number)
    return { layer: layer!, head: head! }
  })
  const answer = useWithoutHeads(
    run.id,
    chosen,
    kind,
    asked === null ? null : one ? images : { ...images, limit: LIMIT },
  )
  return (
    <div className={classes.form}>
      <div className={classes.choices}>
        <MultiSelect
          className={classes.heads}
          size="xs"
          aria-label="Heads to switch off"
          placeholder={heads.length === 0 ? 'Heads, as layer.head' : undefined}
          data={names}
          value={heads}
          limit={60}
          searchable
          clearable
          hidePickedOptions
          onChange={(value) => {
            setHeads(value)
            setAsked(null)
          }}
        />
        <Segments
          label="What stands in place of these heads"
          quiet
          value={kind}
          options={{ zero: 'Zero', uniform: 'Even attention' }}
          onChange={setKind}
        />
        <Button
          size="xs"
          variant="filled"
          disabled={heads.length === 0}
          loading={answer.isFetching}
          onClick={() => setAsked(heads)}
        >
          Switch off
        </Button>
      </div>
      {answer.isError && <InlineError error={answer.error} retry={answer.refetch} />}
      {asked !== null && answer.data && !answer.isError && (
        <div role="status">
          {one ? <OneImage run={run} answer={answer.data} /> : <ManyImages run={run} answer={answer.data} />}
        </div>
      )}
    </div>
  )
}

function OneImage({ run, answer }: { run: RunInfo; answer: WithoutHeadsAnswer }) {
  const [image] = answer.images
  if (image === undefined) return <p className={classes.said}>The image cannot be read.</p>
  const { before, after, logitLost } = image
  const rows = [
    { name: className(run, before.prediction), from: before.probability, to: before.probabilityAfter },
    ...(after.prediction === before.prediction
      ? []
      : [{ name: className(run, after.prediction), from: after.probabilityBefore, to: after.probability }]),
  ]
  return (
    <>
      <p className={classes.said}>
        {after.prediction === before.prediction
          ? `Still ${className(run, before.prediction)}`
          : `${className(run, before.prediction)} becomes ${className(run, after.prediction)}`}
        ; the logit of {className(run, before.prediction)} {logitLost >= 0 ? 'loses' : 'gains'}{' '}
        {plainNumber(Math.abs(logitLost))}.
      </p>
      <table className={classes.table} aria-label="Predictions before and after">
        <thead>
          <tr>
            <th scope="col">p of</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, from, to }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatShare(from)}</td>
              <td>{formatShare(to)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function ManyImages({ run, answer: { images, unreadable } }: { run: RunInfo; answer: WithoutHeadsAnswer }) {
  if (images.length === 0) return <p className={classes.said}>None of the images can be read.</p>
  const changed = images.filter(({ before, after }) => before.prediction !== after.prediction)
  const mean = images.reduce((sum, { logitLost }) => sum + logitLost, 0) / images.length
  return (
    <>
      <p className={classes.said}>
        Of {imagesInWords(images.length)}, the first of every label in turn, {formatCount(changed.length)}{' '}
        {changed.length === 1 ? 'is' : 'are'} predicted otherwise; the logit of the predicted class{' '}
        {mean >= 0 ? 'loses' : 'gains'} {plainNumber(Math.abs(mean))} on average.
        {unreadable > 0 && ` ${formatCount(unreadable)} could not be read.`}
      </p>
      {changed.length > 0 && (
        <ul className={classes.changed}>
          {changed.slice(0, SHOWN).map(({ id, before, after }) => (
            <li key={id}>
              <Link href={links.sample(run.id, id)}>
                {className(run, before.prediction)} ({formatShare(before.probability)}) becomes{' '}
                {className(run, after.prediction)} ({formatShare(after.probability)})
              </Link>
            </li>
          ))}
          {changed.length > SHOWN && <li>and {formatCount(changed.length - SHOWN)} more</li>}
        </ul>
      )}
    </>
  )
}
