import { Modal } from '@mantine/core'
import { historyCommands } from '../shared/annotating/commands'
import { pinCommands } from '../shared/pins/pin-commands'
import { zoomCommands } from '../heatmap/zoom-commands'
import { Keys } from '../ui/Keys'
import { filterCommands } from '../ui/filter/commands'
import type { CommandSet } from '../base/commands'
import { frameCommands } from './frame-commands'
import { plainScreens, runScreens } from './screens'
import classes from './ShortcutsDialog.module.css'

const sets: CommandSet[] = [
  frameCommands,
  historyCommands,
  filterCommands,
  pinCommands,
  zoomCommands,
  ...[...runScreens, ...plainScreens].flatMap(({ commands }) => commands ?? []),
]

/** Every keyboard shortcut, by screen. */
export function ShortcutsDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size="54rem">
      <div className={classes.sets}>
        {sets.map(({ title, commands }) => (
          <section key={title} className={classes.set} aria-label={title}>
            <h3 className={classes.title}>{title}</h3>
            <dl className={classes.list}>
              {Object.entries(commands).flatMap(([id, { name, keys = [] }]) =>
                keys.length === 0 ? (
                  []
                ) : (
                  <div key={id} className={classes.line}>
                    <dt>{name}</dt>
                    <dd>
                      <Keys keys={keys} />
                    </dd>
                  </div>
                ),
              )}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
