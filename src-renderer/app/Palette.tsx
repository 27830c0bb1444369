import '@mantine/spotlight/styles.layer.css'
import { Modal, VisuallyHidden } from '@mantine/core'
import { Spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { memo, useState } from 'react'
import { useLocation } from 'wouter'
import { useAnnotationState } from '../api/annotation-queries'
import { useProject } from '../api/queries'
import { useSavedViews, useSaveView } from '../api/view-queries'
import { Keys } from '../ui/Keys'
import { useAddressOf } from './addresses'
import { useCurrentRun } from './current-run'
import classes from './Palette.module.css'
import { type PaletteItem, chooseItems, filterItems, paletteItems, saveItems } from './palette-items'

/** Goes to any screen or run, does what the screen in view can do, and finds samples: opened with Ctrl or Cmd + K. */
export const Palette = memo(function Palette() {
  const [query, setQuery] = useState('')
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight={420}
      size={560}
      classNames={{ action: classes.action }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      transitionProps={{ duration: 80 }}
    >
      <VisuallyHidden>
        <Modal.Title>Commands</Modal.Title>
      </VisuallyHidden>
      <Spotlight.Search
        placeholder="Go to, do, or find samples: heads, overlay, Shirt, conf>0.9"
        aria-label="Command"
        leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
      />
      <Spotlight.ActionsList>
        <Actions query={query} />
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
})

function Actions({ query }: { query: string }) {
  const [, navigate] = useLocation()
  const project = useProject().data
  const run = useCurrentRun()
  const addressOf = useAddressOf()
  const views = useSavedViews(project != null).data ?? []
  const terms = useAnnotationState(project != null).data
  const save = useSaveView()
  const chosen = chooseItems(paletteItems({ project, run, views, navigate, addressOf }), query)
  const filters = filterItems(query.trim(), { run, navigate, terms })
  const groups = Map.groupBy([...chosen, ...filters, ...saveItems(query, save.mutate)], ({ group }) => group)
  if (groups.size === 0) return <Spotlight.Empty>Nothing has this name.</Spotlight.Empty>
  return [...groups].map(([group, items]) => (
    <Spotlight.ActionsGroup key={group} label={group}>
      {items.map((item) => (
        <Action key={item.id} item={item} />
      ))}
    </Spotlight.ActionsGroup>
  ))
}

function Action({ item: { label, hint, keys = [], run } }: { item: PaletteItem }) {
  return (
    <Spotlight.Action onClick={run} aria-label={hint && keys.length === 0 ? `${label}, ${hint}` : undefined}>
      <span className={classes.label}>{label}</span>
      {hint && <span className={classes.hint}>{hint}</span>}
      {keys.length > 0 && <Keys keys={keys.slice(0, 1)} />}
    </Spotlight.Action>
  )
}
