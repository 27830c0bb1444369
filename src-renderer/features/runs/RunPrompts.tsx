import type { RunInfo } from '@shared/api'
import classes from './RunsScreen.module.css'

/** More are in the exports. */
const SHOWN = 60

/** The texts that a run compares pictures with; nothing for other runs. */
export function RunPrompts({ run }: { run: RunInfo }) {
  const prompts = run.definition.classVectors?.prompts ?? []
  if (prompts.length === 0) return null
  return (
    <>
      <h3 className={classes.subheading}>Prompts</h3>
      <ul className={classes.steps} aria-label={`Prompts of ${run.name}`}>
        {prompts.slice(0, SHOWN).map(({ name, prompt }, index) => (
          <li key={index}>
            <strong>{name}</strong>: {prompt}
          </li>
        ))}
        {prompts.length > SHOWN && <li>and {prompts.length - SHOWN} more</li>}
      </ul>
    </>
  )
}
