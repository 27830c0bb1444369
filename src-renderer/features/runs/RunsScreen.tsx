import { Button, Group } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link } from 'wouter'
import { useProject } from '../../api/queries'
import { links } from '../../base/links'
import { usePageTitle } from '../../base/page-title'
import { EmptyMessage, ErrorMessage, ScreenLoading } from '../../ui/Messages'
import { ProjectTools } from './ProjectTools'
import { RunCard } from './RunCard'
import { RunQueue } from './RunQueue'
import classes from './RunsScreen.module.css'

/** Every run of the open project: its progress, how it was made, and what certifies it. */
export default function RunsScreen() {
  const project = useProject()
  usePageTitle('Runs', project.data?.name)
  if (project.isPending) return <ScreenLoading />
  if (project.isLoadingError) return <ErrorMessage error={project.error} retry={project.refetch} />
  if (!project.data) {
    return (
      <EmptyMessage title="No project is open" home>
        Runs belong to a project.
      </EmptyMessage>
    )
  }
  return (
    <div className={classes.screen}>
      <header className={classes.heading}>
        <div>
          <h1 className={classes.title}>Runs of {project.data.name}</h1>
          <p className={classes.path}>{project.data.path}</p>
        </div>
        <Group gap="xs">
          <ProjectTools />
          <Button component={Link} href={links.newRun} leftSection={<IconPlus size={15} aria-hidden />}>
            New run
          </Button>
        </Group>
      </header>
      {project.data.runs.length === 0 && (
        <EmptyMessage title="This project has no run yet">
          A run computes one model over one dataset with one choice of methods.
        </EmptyMessage>
      )}
      <RunQueue project={project.data} />
      {project.data.runs.toReversed().map((run) => (
        <RunCard key={run.id} run={run} />
      ))}
    </div>
  )
}
