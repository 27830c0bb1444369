import { NativeSelect, Select } from '@mantine/core'
import { useMemo } from 'react'
import type { RunForm } from './run-form'
import { TARGET_KINDS } from './target-form'

interface TargetFieldsProps {
  target: RunForm['target']
  labels: readonly string[]
  onChange: (target: RunForm['target']) => void
}

/** Which logit is explained. */
export function TargetFields({ target, labels, onChange }: TargetFieldsProps) {
  const choices = useMemo(
    () => labels.map((label, index) => ({ value: String(index), label: `${index}  ${label}` })),
    [labels],
  )
  const field = (label: string, value: number | null, part: 'classIndex' | 'againstIndex') => (
    <Select
      size="xs"
      label={label}
      placeholder={choices.length === 0 ? 'Choose a model first' : 'Choose a class'}
      data={choices}
      limit={60}
      searchable
      nothingFoundMessage="No such class"
      value={value === null ? null : String(value)}
      onChange={(next) => onChange({ ...target, [part]: next === null ? null : Number(next) })}
    />
  )
  return (
    <>
      <NativeSelect
        size="xs"
        label="Class to explain"
        value={target.kind}
        data={TARGET_KINDS}
        onChange={(event) => onChange({ ...target, kind: event.currentTarget.value as typeof target.kind })}
      />
      {(target.kind === 'class' || target.kind === 'contrast') && field('Class', target.classIndex, 'classIndex')}
      {target.kind === 'contrast' && field('Minus class', target.againstIndex, 'againstIndex')}
    </>
  )
}
