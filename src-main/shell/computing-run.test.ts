import { expect, test } from 'vitest'
import type { Events, RunProgress } from '@shared/api'
import { EventHub } from '../service/events'
import { followComputing, shareDone } from './computing-run'

test('the run that computes is followed to its end; others change nothing', () => {
  const hub = new EventHub()
  const heard: (number | null)[] = []
  const computing = followComputing(hub, (progress) => heard.push(progress && shareDone(progress)))
  const step = (runId: number, state: RunProgress['state'], done: number) =>
    hub.emit('run.progress', { runId, state, done, failed: 0, total: 8 } as Events['run.progress'])
  step(1, 'queued', 0)
  step(1, 'running', 2)
  step(2, 'queued', 0)
  step(1, 'running', 6)
  expect(computing.progress?.done).toBe(6)
  step(1, 'finished', 8)
  expect(computing.progress).toBeNull()
  expect(heard).toEqual([0.25, 0.75, null])
  expect(shareDone({ done: 0, failed: 0, total: 0 })).toBe(0)
})
