import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, it, vi } from 'vitest'
import { projectKey } from './query-keys'
import { makeStale } from './stale'

const queryKey = projectKey('annotation', 1)
const filters = { predicate: () => true }

/** A question whose answers the test gives, one after the other. */
function slowQuestion() {
  const answers: ((said: string) => void)[] = []
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve))
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } })
  return { client, options: { queryKey, queryFn }, answers }
}

it('asks once more for an answer in view that was under way when the change came', async () => {
  const { client, options, answers } = slowQuestion()
  const observer = new QueryObserver(client, options)
  const leave = observer.subscribe(() => undefined)
  const changed = makeStale(client, filters)
  answers[0]!('before')
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  answers[1]!('after')
  await changed
  expect(client.getQueryData(queryKey)).toBe('after')
  expect(answers).toHaveLength(2)
  leave()
})

it('an answer that came too late for its screen is stale when it is shown again', async () => {
  const { client, options, answers } = slowQuestion()
  const fetched = client.prefetchQuery(options)
  const changed = makeStale(client, filters)
  answers[0]!('before')
  await fetched
  await changed
  expect(answers).toHaveLength(1)
  expect(client.getQueryState(queryKey)?.isInvalidated).toBe(true)
  const leave = new QueryObserver(client, options).subscribe(() => undefined)
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  leave()
})

it('what was there is marked, and fetched anew only where it is in view', async () => {
  const { client, options, answers } = slowQuestion()
  client.setQueryData(queryKey, 'before')
  await makeStale(client, filters)
  expect(answers).toHaveLength(0)
  expect(client.getQueryState(queryKey)?.isInvalidated).toBe(true)
  const leave = new QueryObserver(client, options).subscribe(() => undefined)
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  answers[0]!('after')
  await vi.waitFor(() => expect(client.getQueryData(queryKey)).toBe('after'))
  leave()
})
