import { Fragment, type ReactNode } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import classes from './SidePanels.module.css'

interface Side {
  /** What it holds, as "Filters": names the handle that resizes it. */
  name: string
  content: ReactNode
  /** Width before the user chose one, CSS pixels. */
  width: number
  /** Narrower than this, CSS pixels, its content would be cut. */
  narrowest?: number
}

interface SidePanelsProps {
  /** The screen, under which the widths are remembered. */
  id: string
  left?: Side
  right?: Side
  children: ReactNode
}

const NARROWEST = 150

/** A screen with panels at its sides, whose widths the user drags (or moves by arrow keys) and finds again. */
export function SidePanels({ id, left, right, children }: SidePanelsProps) {
  const panelIds = [left && 'left', 'middle', right && 'right'].filter((name) => name !== undefined)
  const layout = useDefaultLayout({ id: `headlight-${id}`, panelIds, storage: localStorage })
  const side = (place: 'left' | 'right', { name, content, width, narrowest = NARROWEST }: Side) => (
    <Fragment key={place}>
      {place === 'right' && <Handle name={name} />}
      <Panel
        id={place}
        className={classes.panel}
        defaultSize={width}
        minSize={narrowest}
        maxSize="45%"
        groupResizeBehavior="preserve-pixel-size"
      >
        {content}
      </Panel>
      {place === 'left' && <Handle name={name} />}
    </Fragment>
  )
  return (
    <Group className={classes.group} {...layout}>
      {left && side('left', left)}
      <Panel id="middle" className={classes.panel}>
        {children}
      </Panel>
      {right && side('right', right)}
    </Group>
  )
}

function Handle({ name }: { name: string }) {
  return <Separator className={classes.handle} aria-label={`Width of ${name}`} />
}
