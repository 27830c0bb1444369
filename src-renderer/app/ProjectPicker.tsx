import { Menu, UnstyledButton } from '@mantine/core'
import type { ProjectInfo } from '@shared/api'
import { IconCheck, IconChevronDown, IconFolderOpen, IconPlus } from '@tabler/icons-react'
import { useLocation } from 'wouter'
import { notify } from '../api/live'
import { useOpenProject, useRecentProjects } from '../api/queries'
import { screenOf } from '../shared/screen-of'
import { PathName } from '../ui/PathName'
import classes from './Frame.module.css'
import { links } from '../base/links'

/** The open project, with a menu of those that were open before. */
export function ProjectPicker({ project }: { project: ProjectInfo }) {
  const [, navigate] = useLocation()
  const recent = useRecentProjects()
  const opening = useOpenProject()
  const enter = async (opened: ProjectInfo) => navigate(await screenOf(opened))
  const open = (path: string) =>
    opening.mutate(path, {
      onSuccess: (opened) => void enter(opened),
      onError: (error) => notify('error', error.message),
    })
  return (
    <Menu position="bottom-start" width={340} shadow="md">
      <Menu.Target>
        <UnstyledButton
          className={classes.picker}
          title={project.path}
          aria-label={`Project: ${project.name}. Choose another project`}
        >
          <span>{project.name}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        <Menu.Label>Projects</Menu.Label>
        {recent.data?.map(({ path, name }) => (
          <Menu.Item
            key={path}
            onClick={() => open(path)}
            rightSection={path === project.path && <IconCheck size={14} aria-label="open" />}
          >
            {name}
            <span className={classes.itemHint}>
              <PathName name={path} />
            </span>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconPlus size={14} aria-hidden />} onClick={() => navigate(links.newProject)}>
          New project
        </Menu.Item>
        <Menu.Item leftSection={<IconFolderOpen size={14} aria-hidden />} onClick={() => navigate(links.start)}>
          Start screen
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
