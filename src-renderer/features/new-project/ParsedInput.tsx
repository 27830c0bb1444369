import { TextInput } from '@mantine/core'
import { useState } from 'react'

interface ParsedInputProps<Value> {
  label: string
  description: string
  /** The value that holds, as text. */
  written: string
  parse: (text: string) => Value | null
  /** What is wanted, shown while the text is something else. */
  problem: string
  onChange: (value: Value) => void
}

/** A text field for a value that has a form of its own: it takes effect as soon as it can be read. */
export function ParsedInput<Value>({ label, description, written, parse, problem, onChange }: ParsedInputProps<Value>) {
  const [draft, setDraft] = useState<string | null>(null)
  const shown = draft ?? written
  return (
    <TextInput
      size="xs"
      label={label}
      description={description}
      spellCheck={false}
      value={shown}
      error={parse(shown) === null && problem}
      onChange={(event) => {
        const text = event.currentTarget.value
        setDraft(text)
        const value = parse(text)
        if (value !== null) onChange(value)
      }}
      onBlur={() => setDraft(null)}
    />
  )
}
