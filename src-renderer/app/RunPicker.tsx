import { Menu, UnstyledButton } from '@mantine/core'
import type { ProjectInfo, RunInfo } from '@shared/api'
import { IconCheck, IconChevronDown, IconPlus } from '@tabler/icons-react'
import { useLocation } from 'wouter'
import { formatCount } from '../ui/format'
import { useHere } from './addresses'
import classes from './Frame.module.css'
import { links } from './links'

/** The run in view, with a menu of the project's others; a run is shown on the screen that is open. */
export function RunPicker({ project, run }: { project: ProjectInfo; run: RunInfo }) {
  const [, navigate] = useLocation()
  const here = useHere()
  const show = (id: number) => {
    // Samples keep their ids over runs of the same dataset only, so that a sample's screen gives way to the gallery.
    const stays = here && here.entry.icon !== undefined
    navigate(stays ? links.ofRun(id, here.entry.path, here.search) : links.gallery(id))
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
