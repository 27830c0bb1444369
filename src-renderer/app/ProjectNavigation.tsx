import type { ProjectInfo, RunInfo } from '@shared/api'
import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { useAddressOf, useHere } from './addresses'
import classes from './Frame.module.css'
import { ProjectPicker } from './ProjectPicker'
import { RunPicker } from './RunPicker'
import { plainScreens, runScreens } from './screens'

/** The open project and the run in view, each with a menu of the others, and the screens of that run. */
export function ProjectNavigation({ project, run }: { project: ProjectInfo; run: RunInfo | undefined }) {
  const [path] = useLocation()
  const here = useHere()
  const addressOf = useAddressOf()
  return (
    <>
      <span className={classes.separator} />
      <div className={classes.project}>
        <ProjectPicker project={project} />
        {run && <span aria-hidden>/</span>}
        {run && <RunPicker project={project} run={run} />}
      </div>
      <nav className={classes.tabs} aria-label="Screens">
        {run &&
          runScreens.map(
            (entry) =>
              entry.icon && (
                <Tab key={entry.path} href={addressOf(run.id, entry)} active={here?.entry.name === entry.name}>
                  {entry.name}
                  {entry.Badge && <entry.Badge />}
                </Tab>
              ),
          )}
        {plainScreens.map(
          ({ name, path: at, icon }) =>
            icon && (
              <Tab key={at} href={at} active={path === at}>
                {name}
              </Tab>
            ),
        )}
      </nav>
    </>
  )
}

function Tab({ href, active, children }: { href: string; active: boolean; children: ReactNode }) {
  return (
    <Link href={href} className={classes.tab} aria-current={active ? 'page' : undefined}>
      {children}
    </Link>
  )
}
