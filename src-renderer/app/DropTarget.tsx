import type { ProjectInfo } from '@shared/api'
import { useEffect, useEffectEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { describeFile } from '../api/file-queries'
import { notify } from '../api/live'
import { useOpenProject } from '../api/queries'
import { nextOpenedPath, useShellCommands } from '../api/shell-commands'
import { PathPicker } from '../ui/PathPicker'
import classes from './DropTarget.module.css'
import { type DroppedKind, droppedKind, withDropped } from './dropped'
import { screenOf } from '../shared/screen-of'

/**
 * Takes what is dropped anywhere on the window, or opened with the desktop application: a project opens, a model or a dataset goes into the form of a new
 * project. Only the desktop application learns where a dropped file lies; a browser is told so, and picks.
 */
export function DropTarget() {
  const [, navigate] = useLocation()
  const [over, setOver] = useState(false)
  const [picking, setPicking] = useState<DroppedKind | null>(null)
  const opening = useOpenProject()
  const enter = async (project: ProjectInfo) => navigate(await screenOf(project))
  const take = (kind: DroppedKind, path: string) => {
    if (kind === 'project') opening.mutate(path, { onSuccess: (project) => void enter(project) })
    else navigate(withDropped(location.pathname === '/new' ? location.search : '', kind, path))
  }
  const takePath = async (path: string, name: string) => {
    try {
      const { kind, note } = await describeFile(path)
      if (kind === 'model' || kind === 'project') take(kind, path)
      else if (kind === 'folder' || kind === 'dataset') take('dataset', path)
      else if (kind === 'image') notify('warning', `${name} is one image. Open the folder that holds it.`)
      else notify('warning', `${name} is not a model, project or dataset that is known${note ? ` (${note})` : ''}.`)
    } catch (error) {
      notify('error', error instanceof Error ? error.message : String(error))
    }
  }
  const drop = useEffectEvent(async (transfer: DataTransfer) => {
    const [file] = transfer.files
    if (!file) return
    const path = window.headlight?.pathOf(file)
    if (path) return takePath(path, file.name)
    notify('info', `A browser does not tell where ${file.name} lies. Choose it here instead.`)
    setPicking(droppedKind(file.name))
  })
  /** What the desktop application was asked to open; each path is given out once. */
  const takeOpened = async () => {
    for (let path; (path = await nextOpenedPath()) !== null;) {
      await takePath(path, path.split(/[\\/]/).at(-1) ?? path)
    }
  }
  const takeAtStart = useEffectEvent(takeOpened)
  useEffect(() => void takeAtStart().catch(() => undefined), [])
  useShellCommands({
    open: () => void takeOpened().catch(() => undefined),
    'open-project': () => setPicking('project'),
  })
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const onOver = (event: DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const onLeave = (event: DragEvent) => event.relatedTarget === null && setOver(false)
    const onDrop = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return
      event.preventDefault()
      setOver(false)
      void drop(event.dataTransfer)
    }
    addEventListener('dragover', onOver)
    addEventListener('dragleave', onLeave)
    addEventListener('drop', onDrop)
    return () => {
      removeEventListener('dragover', onOver)
      removeEventListener('dragleave', onLeave)
      removeEventListener('drop', onDrop)
    }
  }, [])
  return (
    <>
      {over && (
        <div className={classes.over} role="status">
          Drop a model, images or a project
        </div>
      )}
      <PathPicker
        key={picking}
        opened={picking !== null}
        onClose={() => setPicking(null)}
        wanted={picking ?? 'dataset'}
        title={{ model: 'Choose a model', project: 'Open a project', dataset: 'Choose images' }[picking ?? 'dataset']}
        startAt={null}
        onPick={(path) => picking && take(picking, path)}
      />
    </>
  )
}
