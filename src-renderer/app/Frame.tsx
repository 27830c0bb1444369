import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { spotlight } from '@mantine/spotlight'
import { IconCommand, IconKeyboard } from '@tabler/icons-react'
import { memo, type ReactNode, useEffect } from 'react'
import { Link, useLocation } from 'wouter'
import { notify } from '../api/live'
import { useProject } from '../api/queries'
import { AnnotationHistory } from '../shared/annotating/AnnotationHistory'
import { NewTagByKey } from '../shared/annotating/NewTagByKey'
import { PinAnywhere } from '../shared/pins/PinAnywhere'
import { Exports } from '../shared/exports/Exports'
import { RelinkBanner } from './RelinkBanner'
import { UnclaimedBanner } from './UnclaimedBanner'
import { useHere, useRememberedAddresses } from './addresses'
import { useReleasedSelects } from './released-selects'
import { ColorSchemeSwitch } from './ColorSchemeSwitch'
import { keyParts, useCommandKeys, useCommands } from '../base/commands'
import { ConnectionBanner } from './ConnectionBanner'
import { useCurrentRun } from './current-run'
import { frameCommands } from './frame-commands'
import { links } from '../base/links'
import classes from './Frame.module.css'
import { Notices } from './Notices'
import { useOpenStraight } from './open-straight'
import { Palette } from './Palette'
import { ProjectNavigation } from './ProjectNavigation'
import { useRunNotices } from './run-notices'
import { useShellCommands } from '../api/shell-commands'
import { ShortcutsDialog } from './ShortcutsDialog'
import { StatusLine } from './StatusLine'

/** What surrounds every screen: the bar with project and screens, the palette, notices, and the status line. */
export function Frame({ children }: { children: ReactNode }) {
  const project = useProject()
  const run = useCurrentRun()
  const [, navigate] = useLocation()
  const [helpShown, help] = useDisclosure(false)
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  useRememberedAddresses(useHere())
  useReleasedSelects()
  useOpenStraight()
  useProjectNotices(project.data?.notices)
  useRunNotices(project.data)
  useCommandKeys()
  const otherScheme = () => setColorScheme(scheme === 'dark' ? 'light' : 'dark')
  useCommands(frameCommands, { palette: spotlight.toggle, shortcuts: help.open, scheme: otherScheme })
  useShellCommands({
    palette: spotlight.open,
    shortcuts: help.open,
    scheme: otherScheme,
    'new-project': () => navigate(links.newProject),
  })
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
        {project.data && <ProjectNavigation project={project.data} run={run} />}
        <BarEnd onShortcuts={help.open} />
      </header>
      <ConnectionBanner />
      {project.data && <RelinkBanner key={project.data.path} />}
      {project.data && <UnclaimedBanner project={project.data} />}
      {/* Before the screens, whose own answers come first. */}
      {run && <PinAnywhere run={run} />}
      <main id="screen" className={classes.screen} tabIndex={-1}>
        {children}
      </main>
      {project.data && <StatusLine project={project.data} run={run} />}
      <Notices />
      <ShortcutsDialog opened={helpShown} onClose={help.close} />
      <Palette />
      {project.data && <AnnotationHistory run={run} />}
      {project.data && <NewTagByKey />}
      {project.data && <Exports project={project.data} run={run} />}
    </div>
  )
}

/** The same on every screen: not drawn again for every address. */
const BarEnd = memo(function BarEnd({ onShortcuts }: { onShortcuts: () => void }) {
  return (
    <div className={classes.end}>
      <Tooltip label={`Commands (${keyParts('mod+K').join(' ')})`}>
        <ActionIcon size="lg" aria-label="Commands" onClick={spotlight.open}>
          <IconCommand size={18} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Keyboard shortcuts (?)">
        <ActionIcon size="lg" aria-label="Keyboard shortcuts" onClick={onShortcuts}>
          <IconKeyboard size={18} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      <ColorSchemeSwitch />
    </div>
  )
})

/** What was mended when the project was opened is said once: the same list of sentences keeps its identity. */
function useProjectNotices(notices: readonly string[] | undefined): void {
  useEffect(() => {
    for (const notice of notices ?? []) notify('warning', notice)
  }, [notices])
}
