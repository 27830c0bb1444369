import { Menu, UnstyledButton } from '@mantine/core'
import type { ProjectInfo } from '@shared/api'
import { IconCheck, IconChevronDown, IconPlus } from '@tabler/icons-react'
import { Link, useLocation, useRoute, useSearch } from 'wouter'
import { RunStrip } from '../features/runs/RunStrip'
import classes from './Frame.module.css'
import { links } from './links'
import { parseView } from './view'

/** Project name, the run in view with a menu of the others, and the screens of that run. */
export function ProjectNavigation({ project }: { project: ProjectInfo }) {
  const [path, navigate] = useLocation()
  const [, params] = useRoute('/runs/:runId/*?')
  const view = parseView(useSearch())
  const run = project.runs.find(({ id }) => id === Number(params?.runId)) ?? project.runs.at(-1)
  return (
    <>
      <span className={classes.separator} />
      <div className={classes.project}>
        <span className={classes.projectName} title={project.path}>
          {project.name}
        </span>
        {run && <span aria-hidden>/</span>}
        {run && (
          <Menu position="bottom-start" width={280} shadow="md">
            <Menu.Target>
              <UnstyledButton className={classes.runMenu} aria-label={`Run: ${run.name}. Choose another run`}>
                <span>{run.name}</span>
                <IconChevronDown size={14} aria-hidden />
              </UnstyledButton>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>Runs of this project</Menu.Label>
              {project.runs.map((other) => (
                <Menu.Item
                  key={other.id}
                  onClick={() => navigate(links.gallery(other.id))}
                  rightSection={other.id === run.id && <IconCheck size={14} aria-label="in view" />}
                >
                  {other.name}
                </Menu.Item>
              ))}
              <Menu.Divider />
              <Menu.Item leftSection={<IconPlus size={14} aria-hidden />} onClick={() => navigate(links.newRun)}>
                New run
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      <nav className={classes.tabs} aria-label="Screens">
        {run && (
          <>
            <Tab href={links.gallery(run.id, view)} active={/\/(gallery|samples)/.test(path)}>
              Gallery
            </Tab>
            <Tab href={links.heads(run.id)} active={path.endsWith('/heads')}>
              Heads
            </Tab>
          </>
        )}
        <Tab href={links.runs} active={path === links.runs}>
          Runs
        </Tab>
      </nav>
      {run && <RunStrip run={run} />}
    </>
  )
}

function Tab({ href, active, children }: { href: string; active: boolean; children: string }) {
  return (
    <Link href={href} className={classes.tab} aria-current={active ? 'page' : undefined}>
      {children}
    </Link>
  )
}
