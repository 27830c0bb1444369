import type { RunInfo } from '@shared/api'
import type { ReactNode } from 'react'
import { useParams } from 'wouter'
import { useProject } from '../api/queries'
import { EmptyMessage, ErrorMessage, ScreenLoading } from '../ui/Messages'

/** Shows its screen for the run that the address names, or says why it cannot: no project open, no such run. */
export function RunScreen({ children }: { children: (run: RunInfo, projectPath: string) => ReactNode }) {
  const runId = Number(useParams().runId)
  const project = useProject()
  if (project.isPending) return <ScreenLoading />
  if (project.isLoadingError) return <ErrorMessage error={project.error} retry={project.refetch} />
  if (!project.data) {
    return (
      <EmptyMessage title="No project is open" home>
        This address belongs to a run of a project. Open the project, then follow the link again.
      </EmptyMessage>
    )
  }
  const run = project.data.runs.find(({ id }) => id === runId)
  if (!run) {
    return (
      <EmptyMessage title={`Run ${runId} is not in this project`} home>
        The open project is “{project.data.name}”. The link may belong to another one.
      </EmptyMessage>
    )
  }
  return children(run, project.data.path)
}
