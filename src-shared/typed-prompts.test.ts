import { expect, test } from 'vitest'
import { readTypedPrompts, writeTypedPrompts } from './typed-prompts'

test('a line is a name and a prompt, which may hold commas', () => {
  const text = 'cat, a photo of a cat.\n\n  dog ,a dog, in snow\r\n"bag, coat", "both" of them\ncat, a drawing of a cat'
  expect(readTypedPrompts(text)).toEqual({
    prompts: [
      { name: 'cat', prompt: 'a photo of a cat.' },
      { name: 'dog', prompt: 'a dog, in snow' },
      { name: 'bag, coat', prompt: '"both" of them' },
      { name: 'cat', prompt: 'a drawing of a cat' },
    ],
  })
})

test.each([
  ['', 'one a line'],
  [' \n\n', 'one a line'],
  ['cat, a cat\ndog', 'Line 2 has no comma'],
  ['cat,', "Line 1 has no prompt behind 'cat,'"],
  [', a cat', 'Line 1 has no name'],
  ['"cat" a cat', 'Line 1 has no comma'],
])('%j says what is wrong', (text, problem) => {
  expect(readTypedPrompts(text)).toEqual({ problem: expect.stringContaining(problem) as string })
})

test('what is written is read again', () => {
  const prompts = [
    { name: 'a', prompt: 'b, c' },
    { name: 'x, "y"', prompt: 'z' },
  ]
  expect(readTypedPrompts(writeTypedPrompts(prompts))).toEqual({ prompts })
})
