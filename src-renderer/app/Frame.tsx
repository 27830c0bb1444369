import { ActionIcon, Tooltip } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { IconKeyboard } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useProject } from '../api/queries'
import { ColorSchemeSwitch } from './ColorSchemeSwitch'
import { ConnectionBanner } from './ConnectionBanner'
import classes from './Frame.module.css'
import { Notices } from './Notices'
import { ProjectNavigation } from './ProjectNavigation'
import { ShortcutsDialog } from './ShortcutsDialog'

/** What surrounds every screen: the bar with project and screens, the connection's state, notices. */
export function Frame({ children }: { children: ReactNode }) {
  const project = useProject()
  const [helpShown, help] = useDisclosure(false)
  useHotkeys([['shift+?', help.toggle]])
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#screen">
        Skip to content
      </a>
      <header className={classes.bar}>
        <Link href="/" className={classes.brand} aria-label="Headlight, start screen">
          <img src="/icon.svg" width={22} height={22} alt="" />
          <span>Headlight</span>
        </Link>
        {project.data && <ProjectNavigation project={project.data} />}
        <div className={classes.end}>
          <Tooltip label="Keyboard shortcuts (?)">
            <ActionIcon size="lg" aria-label="Keyboard shortcuts" onClick={help.open}>
              <IconKeyboard size={18} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
          <ColorSchemeSwitch />
        </div>
      </header>
      <ConnectionBanner />
      <main id="screen" className={classes.screen} tabIndex={-1}>
        {children}
      </main>
      <Notices />
      <ShortcutsDialog opened={helpShown} onClose={help.close} />
    </div>
  )
}
