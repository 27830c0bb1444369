import { Loader } from '@mantine/core'
import { BEGIN_STEPS } from '@shared/api'
import { IconCheck } from '@tabler/icons-react'
import { useTaskProgress } from '../api/upkeep-queries'
import classes from './BeginSteps.module.css'

/** What happens between the wish for a run and its first image, and where that is now. */
export function BeginSteps() {
  const progress = useTaskProgress('begin')
  const at = progress?.done ?? -1
  return (
    <ol className={classes.steps} aria-label="What happens now">
      {BEGIN_STEPS.map((step, i) => (
        <li key={step} className={classes.step} data-now={i === at} aria-current={i === at ? 'step' : undefined}>
          <span className={classes.sign}>
            {i < at && <IconCheck size={14} aria-label="Done:" />}
            {i === at && <Loader size={12} color="gray" aria-hidden />}
          </span>
          {step}
        </li>
      ))}
      <li className={classes.step}>
        <span className={classes.sign} />
        Computing image after image, while you look at those that are done
      </li>
    </ol>
  )
}
