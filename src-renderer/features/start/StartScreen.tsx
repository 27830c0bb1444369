import { Button, Skeleton, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconFolder, IconFolderOpen, IconPlayerPlay, IconPlus } from '@tabler/icons-react'
import type { ProjectInfo } from '@shared/api'
import { Link, useLocation } from 'wouter'
import { useAppInfo, useOpenDemo, useOpenProject, useProject, useRecentProjects } from '../../api/queries'
import { links } from '../../base/links'
import { usePageTitle } from '../../base/page-title'
import { BeginSteps } from '../../ui/BeginSteps'
import { InlineError } from '../../ui/Messages'
import { PathName } from '../../ui/PathName'
import { PathPicker } from '../../ui/PathPicker'
import { formatWhen } from '../../ui/format'
import classes from './StartScreen.module.css'
import { screenOf } from '../../shared/screen-of'

/** The start screen: the demo, a new project, or one that was open before. */
export default function StartScreen() {
  usePageTitle()
  const [, navigate] = useLocation()
  const app = useAppInfo()
  const recent = useRecentProjects()
  const current = useProject()
  const demo = useOpenDemo()
  const opening = useOpenProject()
  const [picking, picker] = useDisclosure(false)
  const enter = async (project: ProjectInfo) => {
    const screen = await screenOf(project)
    // A user who went to another screen in the meantime stays there.
    if (location.pathname === links.start) navigate(screen)
  }
  const open = (path: string) => opening.mutate(path, { onSuccess: (project) => void enter(project) })
  const error = demo.error ?? opening.error
  return (
    <div className={classes.screen}>
      <section className={classes.intro}>
        <h1 className={classes.title}>See what a Vision Transformer looks at, over a whole dataset.</h1>
        <Text size="md" c="dimmed" maw="34rem">
          Take a ViT in ONNX form and a folder of images. Headlight computes head scores and relevance maps for every
          image, checks them against the model itself, and keeps them for review. Nothing leaves this machine.
        </Text>
        <div className={classes.actions}>
          {app.data?.demoAvailable && (
            <Button
              size="md"
              variant="filled"
              leftSection={<IconPlayerPlay size={17} aria-hidden />}
              loading={demo.isPending}
              onClick={() => demo.mutate(undefined, { onSuccess: (project) => void enter(project) })}
            >
              Open the demo
            </Button>
          )}
          <Button size="md" component={Link} href={links.newProject} leftSection={<IconPlus size={17} aria-hidden />}>
            New project
          </Button>
          <Button
            size="md"
            leftSection={<IconFolderOpen size={17} aria-hidden />}
            loading={opening.isPending}
            onClick={picker.open}
          >
            Open a project
          </Button>
        </div>
        {demo.isPending && <BeginSteps />}
        {app.data?.demoAvailable && !demo.isPending && (
          <Text size="xs" c="dimmed" maw="34rem">
            The demo: 1,000 pictures of clothing on cluttered grounds, a small ViT, and masks of the true object. About
            half a minute on a laptop.
          </Text>
        )}
        {error && <InlineError error={error} />}
      </section>

      <section className={classes.recent} aria-label="Recent projects">
        <h2 className={classes.heading}>Recent projects</h2>
        {recent.isPending && <Skeleton height={132} />}
        {recent.isLoadingError && <InlineError error={recent.error} retry={recent.refetch} />}
        {recent.data?.length === 0 && (
          <Text c="dimmed">
            Projects that you open are listed here. A project is a folder whose name ends in .headlight.
          </Text>
        )}
        {recent.data?.map(({ path, name, openedAt }) => (
          <UnstyledButton key={path} className={classes.project} onClick={() => open(path)}>
            <IconFolder size={20} stroke={1.4} className={classes.icon} aria-hidden />
            <span className={classes.name}>
              {name}
              {current.data?.path === path && <span className={classes.tag}>open</span>}
            </span>
            <span className={classes.when}>{formatWhen(openedAt)}</span>
            <span className={classes.path}>
              <PathName name={path} />
            </span>
          </UnstyledButton>
        ))}
      </section>
      <PathPicker
        opened={picking}
        onClose={picker.close}
        wanted="project"
        title="Open a project"
        startAt={null}
        onPick={open}
      />
    </div>
  )
}
