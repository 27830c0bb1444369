import { Button } from '@mantine/core'
import { useLive } from '../api/live'
import { reconnect } from '../api/connection'
import classes from './Frame.module.css'

/** Says that nothing on the screen is live any more, while Headlight's own process cannot be reached. */
export function ConnectionBanner() {
  const lost = useLive((live) => live.connection === 'lost')
  if (!lost) return null
  return (
    <div className={classes.banner} role="alert">
      Connection lost. Headlight is trying to reconnect; if it was restarted, open the address that it printed.
      <Button size="compact-sm" variant="white" color="dark" onClick={reconnect}>
        Try now
      </Button>
    </div>
  )
}
