import { expect, test } from 'vitest'
import type { Events, ExportJob, RunProgress } from '@shared/api'
import { EventHub } from '../service/events'
import { followComputing, followExports, shareDone } from './computing-run'

test('the run that computes is followed to its end; others change nothing', () => {
  const hub = new EventHub()
  const heard: [RunProgress['state'], number][] = []
  const computing = followComputing(hub, (step) => heard.push([step.state, shareDone(step)]))
  const step = (runId: number, state: RunProgress['state'], done: number) =>
    hub.emit('run.progress', { runId, state, done, failed: 0, total: 8 } as Events['run.progress'])
  step(1, 'queued', 0)
  step(1, 'running', 2)
  step(2, 'queued', 0)
  step(1, 'running', 6)
  expect(computing.progress?.done).toBe(6)
  step(1, 'finished', 8)
  expect(computing.progress).toBeNull()
  expect(heard).toEqual([
    ['running', 0.25],
    ['running', 0.75],
    ['finished', 1],
  ])
  // The next of the queue, which pauses by itself.
  step(2, 'running', 1)
  step(2, 'paused', 1)
  expect(computing.progress).toBeNull()
  expect(heard.at(-1)?.[0]).toBe('paused')
  expect(shareDone({ done: 0, failed: 0, total: 0 })).toBe(0)
})

test('an export is under way until it ends, paused ones included', () => {
  const hub = new EventHub()
  const exporting = followExports(hub)
  const step = (id: number, state: ExportJob['state']) =>
    hub.emit('export.progress', { id, state } as Events['export.progress'])
  step(1, 'running')
  step(1, 'running')
  step(2, 'paused')
  expect(exporting()).toBe(2)
  step(1, 'finished')
  step(2, 'cancelled')
  expect(exporting()).toBe(0)
})
