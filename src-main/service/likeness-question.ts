/** The likeness of samples of a run: which pictures are meant, and which features. */
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import type { Likeness, RunInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { SampleLocation } from '../datasets/location'
import { modelChoice } from '@shared/api'
import type { Handlers, ServiceContext } from './handlers'
import { questionOf } from './target-question'

/** More pictures take hours, and hardly change the mean. */
const MOST = 5000
/** Places of samples that are asked for together. */
const TOGETHER = 64

type Asked = Parameters<Handlers['sample.likeness']>[0]

/** Throws 'usage' where there is nothing to compare with, or the model gives no features. */
export async function likeness(
  { library, compute }: Pick<ServiceContext, 'library' | 'compute'>,
  { runId, id, to, readout, methods, settings }: Asked,
  signal: AbortSignal | undefined,
): Promise<Likeness> {
  const { run, question } = await questionOf(library, runId, id, signal)
  const ids = 'id' in to ? [to.id] : await groupOf(library, { runId, filter: to.filter }, id)
  if ('id' in to && to.id === id) {
    throw new HeadlightError('usage', 'A picture is in every way like itself; choose another one to compare it with.')
  }
  const others: SampleLocation[] = []
  for (let at = 0; at < ids.length; at += TOGETHER) {
    signal?.throwIfAborted()
    const part = ids.slice(at, at + TOGETHER)
    others.push(
      ...(await Promise.all(part.map(async (each) => (await library.samples.file({ runId, id: each })).file))),
    )
  }
  const { classes: _, ...asked } = question
  return compute.acquire().likeness({
    ...asked,
    ...featuresOf(run, readout ?? null),
    ofRun: modelChoice(question),
    others,
    isGroup: !('id' in to),
    methods,
    settings: settings ?? DEFAULT_METHOD_SETTINGS,
    signal,
  })
}

/** The features that the run's class vectors are of; of other runs those that the model has. */
function featuresOf({ definition, model }: RunInfo, readout: Asked['readout']) {
  if (model.classVectors) return { output: model.output, features: model.classVectors.readout }
  return { output: null, features: readout ?? definition.features }
}

/** The samples of a filter without the one that is compared with them. */
async function groupOf(
  library: ServiceContext['library'],
  of: { runId: number; filter: string },
  id: number,
): Promise<number[]> {
  const { ids } = await library.samples.query({ ...of, sort: 'path', descending: false })
  const others = Array.from(ids).filter((each) => each !== id)
  if (others.length === 0) throw new HeadlightError('usage', 'No other sample passes this filter; choose a wider one.')
  if (others.length <= MOST) return others
  throw new HeadlightError(
    'usage',
    `${others.length} other samples pass this filter, and the mean is taken over at most ${MOST}; choose a narrower one.`,
  )
}
