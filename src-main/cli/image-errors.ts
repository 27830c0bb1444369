/** Which images of a dataset cannot be read, as a run would find. */
import { toErrorValue } from '@shared/errors'
import { decode, readImageFile } from '../compute/decode'
import type { DatasetSample } from '../datasets/source'

/** Images that are decoded at the same time. */
const AT_ONCE = 4

/** Decodes every image; gives by place why it cannot be read, null where it can. `onRead` is told how many were looked at. */
export async function imageErrors(
  samples: readonly DatasetSample[],
  onRead: (count: number) => void,
  signal?: AbortSignal,
): Promise<(string | null)[]> {
  const errors: (string | null)[] = []
  for (let start = 0; start < samples.length; start += AT_ONCE) {
    signal?.throwIfAborted()
    errors.push(...(await Promise.all(samples.slice(start, start + AT_ONCE).map(errorOf))))
    onRead(errors.length)
  }
  return errors
}

async function errorOf({ location }: DatasetSample): Promise<string | null> {
  try {
    await decode(await readImageFile(location))
    return null
  } catch (error) {
    return toErrorValue(error).message
  }
}
