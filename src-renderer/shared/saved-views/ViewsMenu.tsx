import { ActionIcon, Button, Popover, TextInput, Tooltip } from '@mantine/core'
import { nameSchema, type SavedView } from '@shared/api'
import { IconArrowBackUp, IconBookmark, IconTrash } from '@tabler/icons-react'
import { use, useState } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { useRemoveView, useSavedViews, useSaveView } from '../../api/view-queries'
import { links } from '../../base/links'
import { viewAddress, viewHint } from './saved-views'
import { ScreenNames } from './screen-names'
import classes from './ViewsMenu.module.css'

/** Saved views: names for what is in view, to come back to. */
export function ViewsMenu({ runId }: { runId: number }) {
  const [opened, setOpened] = useState(false)
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" width={300} trapFocus returnFocus>
      <Tooltip label="Saved views" disabled={opened}>
        {/* The target's own attributes, such as aria-expanded, do not pass through a tooltip. */}
        <span style={{ display: 'flex' }}>
          <Popover.Target>
            <ActionIcon size="md" aria-label="Saved views" onClick={() => setOpened(!opened)}>
              <IconBookmark size={17} stroke={1.7} />
            </ActionIcon>
          </Popover.Target>
        </span>
      </Tooltip>
      <Popover.Dropdown className={classes.menu} aria-label="Saved views">
        <Views runId={runId} close={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  )
}

function Views({ runId, close }: { runId: number; close: () => void }) {
  const [path] = useLocation()
  const search = useSearch()
  const here = viewAddress(path, search)
  const views = useSavedViews().data
  const screenName = use(ScreenNames)
  const remove = useRemoveView()
  /** Removed since the menu was opened: they can be brought back while it is. */
  const [removed, setRemoved] = useState<SavedView[]>([])
  const isGone = ({ name }: SavedView) => removed.some((view) => view.name === name)
  const shown = [...(views ?? []).filter((view) => !isGone(view)), ...removed]
  const listed = shown.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  const restored = (name: string) => setRemoved(removed.filter((view) => view.name !== name))
  return (
    <>
      <SaveForm address={here} views={views ?? []} onSaved={restored} />
      {views && listed.length === 0 && (
        <p className={classes.none}>A view keeps filter, order, groups and drawing under a name.</p>
      )}
      <ul className={classes.list}>
        {listed.map((view) =>
          isGone(view) ? (
            <RemovedView key={view.name} view={view} onRestored={() => restored(view.name)} />
          ) : (
            <li key={view.name} className={classes.view} data-here={view.address === here || undefined}>
              <Link href={view.address} className={classes.open} onClick={close} title={filterOf(view)}>
                <span>{view.name}</span>
                <i>{viewHint(view, runId, screenName)}</i>
              </Link>
              <ActionIcon
                size="sm"
                aria-label={`Remove ${view.name}`}
                onClick={() => remove.mutate(view.name, { onSuccess: () => setRemoved([...removed, view]) })}
              >
                <IconTrash size={14} stroke={1.7} />
              </ActionIcon>
            </li>
          ),
        )}
      </ul>
      <Button
        component={Link}
        href={links.gallery(runId)}
        size="xs"
        variant="subtle"
        color="gray"
        onClick={close}
        title="No filter, no groups, order by path, maps drawn as usual"
      >
        Reset view
      </Button>
    </>
  )
}

/** What a view asks for, to tell views apart by. */
const filterOf = ({ address }: SavedView) => new URL(address, location.origin).searchParams.get('filter') ?? undefined

interface SaveFormProps {
  address: string
  views: readonly SavedView[]
  onSaved: (name: string) => void
}

function SaveForm({ address, views, onSaved }: SaveFormProps) {
  const [written, setWritten] = useState('')
  const save = useSaveView()
  const name = nameSchema.safeParse(written)
  const replaces = views.some((view) => view.name === name.data && view.address !== address)
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    if (!name.success) return
    save.mutate(
      { name: name.data, address },
      {
        onSuccess: (view) => {
          setWritten('')
          onSaved(view.name)
        },
      },
    )
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        data-autofocus
        size="xs"
        aria-label="Name of this view"
        placeholder="Name this view"
        maxLength={100}
        value={written}
        onChange={(event) => setWritten(event.currentTarget.value)}
      />
      <Button type="submit" size="xs" disabled={!name.success} loading={save.isPending}>
        {replaces ? 'Replace' : 'Save'}
      </Button>
    </form>
  )
}

function RemovedView({ view, onRestored }: { view: SavedView; onRestored: () => void }) {
  const save = useSaveView()
  return (
    <li className={classes.view} data-gone>
      <span className={classes.open}>
        <span>{view.name}</span>
        <i>removed</i>
      </span>
      <ActionIcon
        size="sm"
        aria-label={`Bring ${view.name} back`}
        onClick={() => save.mutate({ name: view.name, address: view.address }, { onSuccess: onRestored })}
      >
        <IconArrowBackUp size={14} stroke={1.7} />
      </ActionIcon>
    </li>
  )
}
