import { Select } from '@mantine/core'
import type { Annotation, Term } from '@shared/api'
import { type RefObject, memo } from 'react'
import classes from './Annotations.module.css'

interface VerdictFieldProps {
  verdicts: Term[]
  reviewer: string
  annotations: Annotation[]
  onChoose: (verdict: string | null) => void
  field: RefObject<HTMLInputElement | null>
}

/** The reviewer's verdict, and those of others below. */
export const VerdictField = memo(function VerdictField({
  verdicts,
  reviewer,
  annotations,
  onChoose,
  field,
}: VerdictFieldProps) {
  const given = annotations.filter(({ kind }) => kind === 'verdict')
  const mine = given.find((annotation) => annotation.reviewer === reviewer)?.text ?? null
  const others = given.filter((annotation) => annotation.reviewer !== reviewer)
  const settled = annotations.find(({ kind }) => kind === 'settled')
  return (
    <div>
      <Select
        ref={field}
        size="xs"
        label="Verdict"
        placeholder="None yet"
        clearable
        clearButtonProps={{ 'aria-label': 'Take the verdict away' }}
        openOnFocus={false}
        data={verdicts.map(({ name }) => name)}
        value={mine}
        onChange={onChoose}
        onOptionSubmit={() => field.current?.blur()}
      />
      {others.map(({ reviewer: whose, text }) => (
        <p key={whose} className={classes.said} data-differs={mine !== null && text !== mine}>
          {whose}: {text}
        </p>
      ))}
      {settled && (
        <p className={classes.said}>
          Settled by {settled.reviewer}: {settled.text}
        </p>
      )}
    </div>
  )
})
