import { Menu, UnstyledButton } from '@mantine/core'
import type { ProjectInfo, RunInfo } from '@shared/api'
import { IconCheck, IconChevronDown, IconPlus } from '@tabler/icons-react'
import { useLocation } from 'wouter'
import { formatCount } from '../ui/format'
import { type Here, useHere } from './addresses'
import classes from './Frame.module.css'
import { links } from '../base/links'

/** A screen without a tab is about one sample or head: another run has it where its dataset, or its model, is the same. */
function stays({ entry: { icon, path } }: Here, run: RunInfo, next: RunInfo): boolean {
  if (icon !== undefined) return true
  if (path.startsWith('/heads/')) return next.model.hash === run.model.hash
  return next.definition.dataPath === run.definition.dataPath
}

/** The path of the screen that is shown, below its run. */
function placeOf({ entry: { path }, params }: Here): `/${string}` {
  return path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? '') as `/${string}`
}

/** The run in view, with a menu of the project's others; a run is shown on the screen that is open. */
export function RunPicker({ project, run }: { project: ProjectInfo; run: RunInfo }) {
  const [, navigate] = useLocation()
  const here = useHere()
  const show = (id: number) => {
    const next = project.runs.find((other) => other.id === id)
    navigate(here && next && stays(here, run, next) ? links.ofRun(id, placeOf(here), here.search) : links.gallery(id))
  }
  return (
    <Menu position="bottom-start" width={300} shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.picker} aria-label={`Run: ${run.name}. Choose another run`}>
          <span>{run.name}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        <Menu.Label>Runs of this project</Menu.Label>
        {project.runs.toReversed().map(({ id, name, total, model }) => (
          <Menu.Item
            key={id}
            onClick={() => show(id)}
            rightSection={id === run.id && <IconCheck size={14} aria-label="in view" />}
          >
            {name}
            <span className={classes.itemHint}>
              {model.fileName}, {formatCount(total)} samples
            </span>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconPlus size={14} aria-hidden />} onClick={() => navigate(links.newRun)}>
          New run
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
