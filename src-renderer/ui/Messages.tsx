import { Button, Code, Collapse, Group, Loader, Stack, Text, Title, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { HeadlightError } from '@shared/errors'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import classes from './Messages.module.css'

interface EmptyMessageProps {
  title: string
  children: ReactNode
  /** What to do about it. */
  actions?: ReactNode
  /** Adds the way back to the start screen. */
  home?: boolean
}

/** A screen or panel that has nothing to show, and why. */
export function EmptyMessage({ title, children, actions, home }: EmptyMessageProps) {
  return (
    <Stack className={classes.message} gap="xs" role="status">
      <Title order={2}>{title}</Title>
      <Text c="dimmed" size="md">
        {children}
      </Text>
      <Group gap="xs" mt="xs" justify="center">
        {actions}
        {home && (
          <Button component={Link} href="/">
            Go to the start screen
          </Button>
        )}
      </Group>
    </Stack>
  )
}

/** A failure in the words of the main side, with the technical cause behind a click. */
export function ErrorMessage({ error, retry }: { error: Error; retry?: () => unknown }) {
  return (
    <Stack className={classes.message} gap="xs" role="alert">
      <IconAlertTriangle className={classes.alertIcon} size={28} stroke={1.5} aria-hidden />
      <Text size="md">{error.message}</Text>
      <Group gap="xs" mt="xs" justify="center">
        {retry && <Button onClick={() => retry()}>Try again</Button>}
      </Group>
      <Cause error={error} />
    </Stack>
  )
}

/** In place of a screen whose project is still being read; seen only if that takes a while. */
export function ScreenLoading() {
  return (
    <div className={classes.loading} aria-busy="true">
      <Loader size="sm" color="gray" role="img" aria-label="Loading" />
    </div>
  )
}

/** The same within a form or panel: one line that does not push the screen around. */
export function InlineError({ error, retry }: { error: Error; retry?: () => unknown }) {
  return (
    <Group className={classes.inline} role="alert" gap="xs" wrap="nowrap" align="flex-start">
      <IconAlertTriangle size={16} aria-hidden />
      <div>
        {error.message}
        {retry && (
          <Button size="compact-xs" ml="xs" onClick={() => retry()}>
            Try again
          </Button>
        )}
        <Cause error={error} />
      </div>
    </Group>
  )
}

function Cause({ error }: { error: Error }) {
  const [opened, { toggle }] = useDisclosure(false)
  const cause = error instanceof HeadlightError ? error.cause : error.stack
  if (!cause) return null
  return (
    <div>
      <UnstyledButton className={classes.details} onClick={toggle} aria-expanded={opened}>
        {opened ? 'Hide technical details' : 'Technical details'}
      </UnstyledButton>
      <Collapse expanded={opened}>
        <Code block className={classes.cause}>
          {String(cause)}
        </Code>
      </Collapse>
    </div>
  )
}
