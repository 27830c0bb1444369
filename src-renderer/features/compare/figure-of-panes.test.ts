import type { RunInfo, SampleRow } from '@shared/api'
import { expect, it } from 'vitest'
import { compareState } from '../../shared/pins/compare-state'
import { figureOfPanes } from './figure-of-panes'
import { readPanes } from '../../shared/pins/panes'

const defaults = compareState.defaults
const shown = (text: string) =>
  readPanes(text).map((pane) => ({ pane, row: { id: pane.sampleId, path: `${pane.sampleId}.png` } as SampleRow }))

it('is the grid of all samples and all maps of the panes', () => {
  const figure = figureOfPanes(shown('1.1.gmar_l1 1.1.rollout 2.1.gmar_l1 2.1.h7-4'), { ...defaults, opacity: 55 })
  expect(figure?.leftOut).toBe(0)
  // Four panes, two samples, three maps.
  expect(figure?.added).toBe(2)
  expect(figure?.recipe).toMatchObject({
    run: '1',
    content: {
      kind: 'grid',
      samples: { paths: ['1.png', '2.png'] },
      panels: [
        { kind: 'image' },
        { kind: 'method', method: 'gmar_l1' },
        { kind: 'method', method: 'rollout' },
        { kind: 'head', layer: 7, head: 4 },
      ],
      opacity: 0.55,
      scale: 'own',
    },
  })
})

it('names the run of panes from other runs, and the patch that attention is read from', () => {
  const figure = figureOfPanes(shown('1.1.raw 1.2.raw 1.2.h0-1 1.1.h0-1-5'), defaults)
  expect(figure?.leftOut).toBe(0)
  expect(figure?.recipe.content).toMatchObject({
    panels: [
      { kind: 'image' },
      { kind: 'method', method: 'raw' },
      { kind: 'method', method: 'raw', run: '2' },
      { kind: 'head', layer: 0, head: 1, run: '2' },
      { kind: 'head', layer: 0, head: 1, patch: 5 },
    ],
  })
})

it('adds the difference of two methods of one sample', () => {
  const difference = { ...defaults, show: 'difference' as const }
  const figure = figureOfPanes(shown('1.1.raw 1.1.chefer'), difference)
  expect(figure?.recipe.content).toMatchObject({
    panels: [{}, { method: 'raw' }, { method: 'chefer' }, { kind: 'difference', a: 'raw', b: 'chefer' }],
  })
  const ofTwoRuns = figureOfPanes(shown('1.1.raw 1.2.raw'), difference)?.recipe.content
  expect(ofTwoRuns).toMatchObject({ panels: [{}, {}, {}, { kind: 'difference', a: 'raw', b: 'raw', runB: '2' }] })
  const ofTwoSamples = figureOfPanes(shown('1.1.raw 2.1.chefer'), difference)?.recipe.content
  expect(ofTwoSamples).toMatchObject({ panels: [{}, { method: 'raw' }, { method: 'chefer' }] })
})

it('keeps the targets of panes, by name where that is clear', () => {
  const run = { definition: { labels: ['T-shirt', 'Shirt', 'T', 'shirt-Shirt'] } } as RunInfo
  const panes = shown('1.1.chefer.1-0 1.1.chefer.0-1 1.1.attn_gradcam.predicted-label 1.1.raw.predicted-label').map(
    (pane) => ({ ...pane, run }),
  )
  const figure = figureOfPanes(panes, { ...defaults, show: 'difference', a: 0, b: 1 })
  expect(figure?.leftOut).toBe(0)
  expect(figure?.recipe.content).toMatchObject({
    panels: [
      {},
      { method: 'chefer', target: 'Shirt-T-shirt' },
      // "T-shirt-Shirt" could be read in two ways.
      { method: 'chefer', target: '0-1' },
      { method: 'attn_gradcam', target: 'predicted-label' },
      // Attention is the same for every target.
      { method: 'raw' },
    ],
  })
  const alike = shown('1.1.chefer.1-0 1.1.gmar_l1.1-0').map((pane) => ({ ...pane, run }))
  expect(figureOfPanes(alike, { ...defaults, show: 'difference' })?.recipe.content).toMatchObject({
    panels: [{}, {}, {}, { kind: 'difference', a: 'chefer', b: 'gmar_l1', target: 'Shirt-T-shirt' }],
  })
})

it('counts what a figure cannot show, and is nothing without the rest', () => {
  const broken = shown('1.1.raw 2.1.raw').map((pane, i) => (i === 0 ? pane : { ...pane, row: null }))
  expect(figureOfPanes(broken, defaults)?.leftOut).toBe(1)
  expect(figureOfPanes(broken.slice(1), defaults)).toBeNull()
  expect(figureOfPanes([], defaults)).toBeNull()
})
