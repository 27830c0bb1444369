import { METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { Formula } from './Formula'

const linesOf = (method: MethodId) =>
  renderToStaticMarkup(<Formula method={method} />)
    .split(/<\/?span[^>]*>/)
    .filter((line) => line !== '')

test('quantities are italic, indexes are below and powers above the line, each definition on its own', () => {
  const [G, h, s, w] = ['G', 'h', 's', 'w'].map((letter) => `<var>${letter}</var>`)
  expect(linesOf('gmar_l2')).toEqual([
    `${s}<sub>${h}</sub> = √(∑ ${G}<sub>${h}</sub><sup>2</sup>)`,
    `${w} = ${s} / ∑<sub>${h}</sub> ${s}`,
    `<var>R</var> = ∏<sub><var>l</var></sub> rown(∑<sub>${h}</sub> ${w}<sub>${h}</sub> <var>A</var><sub>${h}</sub> + <var>α</var> <var>I</var>)`,
  ])
  expect(linesOf('chefer')).toEqual([
    `<var>R</var> ← <var>R</var> + mean<sub>${h}</sub> ReLU(${G}<sub>${h}</sub> ⊙ <var>A</var><sub>${h}</sub>) <var>R</var>, layers forward`,
  ])
  expect(linesOf('attn_gradcam')[0]).toBe(
    `${w}<sub>${h}</sub> = mean ${G}<sub><var>L,h</var></sub>[rows, <var>P</var>]`,
  )
})

test.each(METHOD_IDS)('%s is written without the marks of plain text', (method) => {
  const words = renderToStaticMarkup(<Formula method={method} />).replaceAll(/<[^>]*>/g, '')
  expect(words).not.toMatch(/[_^;]|&lt;|\b(sum|prod|sqrt|alpha|relu|o)\b/)
})
