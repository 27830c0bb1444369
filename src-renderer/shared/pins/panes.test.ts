import { expect, it } from 'vitest'
import { readTarget } from '../../base/target-text'
import { MAX_PANES, type Pane, readPane, readPanes, writePane, writePanes } from './panes'

const base = { sampleId: 12, runId: 1, target: null }
const panes: [Pane, string][] = [
  [{ ...base, map: { kind: 'method', method: 'gmar_l1' } }, '12.1.gmar_l1'],
  [
    {
      ...base,
      map: { kind: 'method', method: 'raw' },
      target: { kind: 'contrast', classIndex: 3, againstIndex: 5 },
    },
    '12.1.raw.3-5',
  ],
  [{ ...base, map: { kind: 'method', method: 'raw' }, target: { kind: 'label' } }, '12.1.raw.label'],
  [{ ...base, map: { kind: 'method', method: 'raw' }, target: { kind: 'best', classIndex: 3 } }, '12.1.raw.best_3'],
  [
    { ...base, map: { kind: 'method', method: 'raw' }, target: { kind: 'query', query: 2, classIndex: 3 } },
    '12.1.raw.query_2_3',
  ],
  [{ ...base, map: { kind: 'head', layer: 7, head: 4, patch: null } }, '12.1.h7-4'],
  [{ ...base, map: { kind: 'head', layer: 7, head: 4, patch: 0 } }, '12.1.h7-4-0'],
  [{ ...base, map: { kind: 'image' } }, '12.1.image'],
]

it.each(panes)('writes and reads %j as %s', (pane, text) => {
  expect(writePane(pane)).toBe(text)
  expect(readPane(text)).toEqual(pane)
})

it('reads nothing else', () => {
  for (const text of [
    '',
    '12',
    '12.1',
    '12.1.magic',
    '12.1.h7',
    '-1.1.raw',
    '12.1.raw.x',
    '12.1.raw.3.4',
    '1.1.raw.',
  ]) {
    expect(readPane(text)).toBeNull()
  }
  expect(readTarget('3-3')).toBeNull()
})

it('keeps the panes of an address that can be read, and no more than there is room for', () => {
  expect(readPanes('')).toEqual([])
  expect(writePanes(readPanes('12.1.raw nonsense 13.1.h0-0'))).toBe('12.1.raw 13.1.h0-0')
  expect(readPanes(Array.from({ length: 9 }, (_, i) => `${i}.1.raw`).join(' '))).toHaveLength(MAX_PANES)
})
