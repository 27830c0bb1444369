import type { RunEstimate, RunInfo, RunProgress, StartRun } from '@shared/api'
import type { InspectedModel } from '../compute/api'
import { Coalesced } from '../runs/coalesce'
import { Certificates } from '../runs/certificates'
import { estimateRun } from '../runs/estimate'
import { inspectFor } from '../runs/inspect'
import { Runs } from '../runs/runs'
import { listingNotes } from '../datasets/listing-notes'
import { offerSentence } from '../datasets/match-notes'
import { formatBytes } from '@shared/format-bytes'
import { preprocessingNotes } from '@shared/run-notes'
import type { ListedDataset } from '../library/run/api'
import { certificateStore } from '../service/certificate-store'
import type { CommandContext } from './command'
import { HASTE_MS, interruptedInHaste } from '../shell/interrupt'
import { listingStatus } from './listing-status'
import { duration } from './output'

const SHOWN_LABELS = 5

/** What a user should know of the images before numbers are read: one sentence or two each. */
export function listedNotes(listed: ListedDataset): string[] {
  const { labels, byOrder, unmatched, offer, classes } = listed
  const notes = listingNotes(listed)
  if (offer !== null) notes.push(offerSentence(offer, classes, '--match order takes that'))
  const mend = 'match them with --labels FILE, as docs/DATASETS.md says.'
  if (byOrder > 0) {
    const those = byOrder === 1 ? '1 label was' : `${byOrder} labels were`
    notes.push(`${those} matched with a class by order alone, as asked for. Check accuracy and confusion, or ${mend}`)
  }
  if (unmatched.length === 0) return notes
  const names = unmatched.slice(0, SHOWN_LABELS).join(', ')
  const rest = unmatched.length > SHOWN_LABELS ? ', ...' : ''
  notes.push(
    unmatched.length === labels
      ? `No label of the images is a class of the model (${names}${rest}): nothing counts as right or wrong. To change that, ${mend}`
      : `${unmatched.length} of ${labels} labels are not classes of the model (${names}${rest}): their images count as unlabelled. To change that, ${mend}`,
  )
  return notes
}

/** What a run cost, from its start to its last write. */
export interface RunCost {
  /** Images that were computed now, not in an earlier session. */
  images: number
  seconds: number
  /** Seconds before the first image: reading, checking and compiling the model. */
  setUpSeconds: number
  batch: number
}

/** A terminal writes the line over; in the log of a batch job every line stays. */
const TERMINAL_MS = 200
const FILE_MS = 60_000

/**
 * Starts or resumes a run in the open project and follows it to its end, or to Ctrl-C.
 * @param inspected the model with the files that the user named, where they were read already
 */
export async function performRun(
  context: CommandContext,
  request: StartRun,
  inspected?: InspectedModel,
): Promise<{ run: RunInfo; cost: RunCost }> {
  const { backend, output, signal } = context
  const { library, compute } = backend()
  const begun = performance.now()
  const cost: RunCost = { images: 0, seconds: 0, setUpSeconds: 0, batch: 0 }
  const status = new Coalesced<RunProgress>(process.stderr.isTTY ? TERMINAL_MS : FILE_MS, (progress) =>
    output.status(progressLine(progress)),
  )
  let doneBefore: number | null = null
  let phase = ''
  const runs = new Runs({
    library,
    compute,
    certificates: new Certificates(compute, certificateStore()),
    onProgress(progress) {
      doneBefore ??= progress.done + progress.failed
      cost.images = progress.done + progress.failed - doneBefore
      cost.batch ||= progress.batch
      if (progress.phase === 'First batch') cost.setUpSeconds = (performance.now() - begun) / 1000
      status.push(progress)
      // A new phase is printed at once; progress within it less often.
      if (progress.phase !== phase) status.flush()
      phase = progress.phase
    },
    onListing: listingStatus(output),
    onListed(listed) {
      for (const sentence of listedNotes(listed)) output.note(sentence)
    },
    onProvider({ passedOver }) {
      for (const { provider, reason } of passedOver) output.note(`${provider} was passed over: ${reason}`)
    },
  })
  output.status('Reading and checking the model')
  const model = inspected ?? (await inspectFor(compute, request))
  const started = await runs.start(request, model)
  for (const sentence of preprocessingNotes(started.definition)) output.note(sentence)
  await tellDisk(context, request, started, model)
  // A run that cannot be paused ends by itself with its reason.
  const pause = (now: boolean) => void runs.pause(started.id, now).catch(() => undefined)
  const interrupt = () => {
    pause(false)
    if (interruptedInHaste()) setTimeout(() => pause(true), HASTE_MS).unref()
  }
  if (signal.aborted) interrupt()
  else signal.addEventListener('abort', interrupt, { once: true })
  const run = await runs.ended(started.id)
  status.flush()
  output.endStatus()
  cost.seconds = (performance.now() - begun) / 1000 - cost.setUpSeconds
  return { run, cost }
}

/** What the rest of the run will take on the disk, and a warning where it does not fit. */
async function tellDisk(
  { backend, output }: CommandContext,
  request: StartRun,
  run: RunInfo,
  inspected: InspectedModel,
): Promise<void> {
  const samples = run.total - run.done - run.failed
  if (samples === 0) return
  const estimate = await estimateRun(backend(), { ...request, samples }, { inspected })
  output.note(diskLine(estimate))
}

/** One line; a warning where the disk will not do. */
export function diskLine({ samples, bytes, bytesFree, fits }: RunEstimate): string {
  const free = bytesFree === null ? '' : `, ${formatBytes(bytesFree)} are free there`
  const line = `${samples} images to compute: about ${formatBytes(bytes)} in the project${free}.`
  return fits ? line : `${line} That will not be enough: free some space, choose fewer methods, or use --limit.`
}

function progressLine({
  done,
  failed,
  total,
  imagesPerSecond,
  secondsLeft,
  provider,
  batch,
  phase,
}: RunProgress): string {
  const parts = [`${done + failed} of ${total} images`]
  if (phase) parts.push(phase)
  if (failed > 0) parts.push(`${failed} failed`)
  if (imagesPerSecond > 0) parts.push(`${imagesPerSecond.toFixed(1)} images/s`)
  if (secondsLeft !== null && imagesPerSecond > 0) parts.push(`${duration(secondsLeft)} left`)
  if (provider) parts.push(batch > 0 ? `${provider}, batch ${batch}` : provider)
  return parts.join(', ')
}
