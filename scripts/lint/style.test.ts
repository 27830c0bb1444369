/** The rule of style, on an array that may hold nothing. */
import { ESLint } from 'eslint'
import { expect, it } from 'vitest'

const eslint = new ESLint({ ruleFilter: ({ ruleId }) => ruleId === 'headlight/style' })

async function messages(text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: 'src-shared/array.ts' })
  return result!.messages.map(({ message }) => message)
}

it.each(['values[i] ?? 0', 'values[i] ?? -1', 'row.values[i + 1] ?? NaN', 'values[a[i] ?? 0]! + 1'])(
  'refuses a number in place of what an array does not hold: %s',
  async (expression) => {
    expect(await messages(`export const found = ${expression}`)).toEqual([
      expect.stringMatching(/^Where an array holds it in any case, read it as x\[i\]!/),
    ])
  },
)

it.each([
  '// None before the first.\nexport const found = values[i - 1] ?? 0',
  '// A scalar has no images.\nexport const found = call(\n  values,\n  values[i] ?? 0,\n)',
  'export const found = values[i]!',
  "export const found = counts.get('a') ?? 0",
  "export const found = names[i] ?? 'none'",
])('takes one with a comment above, and what is no such number: %s', async (text) => {
  expect(await messages(text)).toEqual([])
})
