import type { PreprocessingStep } from '@shared/preprocessing-steps'
import { stepInWords } from '@shared/preprocessing-steps'
import classes from './NewProjectScreen.module.css'

/** Every step from the file to the tensor with its values, as `headlight pixels` lists them. */
export function PreprocessingSteps({ steps }: { steps: PreprocessingStep[] }) {
  return (
    <details className={classes.steps}>
      <summary>All steps, and where their values come from</summary>
      <ol>
        {steps.map((step, index) => (
          <li key={index}>
            {stepInWords(step)} <span className={classes.stepOrigin}>{originInWords(step)}</span>
          </li>
        ))}
      </ol>
    </details>
  )
}

function originInWords({ from, defaults }: PreprocessingStep): string {
  if (from === 'default') return 'default'
  const named = from === 'asked' ? 'changed here' : `from ${from}`
  return defaults ? `${named}; default: ${defaults.join(', ')}` : named
}
