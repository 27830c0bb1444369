import type { z } from 'zod'

/** Declares one call: its input schema, and its output as a type only. */
function call<Input extends z.ZodType, Output>(input: Input) {
  return { input } as { input: Input; output: Output }
}

/** `of<Output>().with(schema)`: TypeScript infers the input while the output is written down. */
export const of = <Output>() => ({
  with: <Input extends z.ZodType>(input: Input) => call<Input, Output>(input),
})
