/** What the main side says unasked, kept for whoever shows it: connection, progress of runs, notices. */
import type { Events, RunProgress } from '@shared/api'
import { create } from 'zustand'
import type { ConnectionState } from './client'
import { whenProjectLeft } from './open-project'

/** What a message offers: a place where what it speaks of is seen, something to do, or both. */
export interface NoticeAction {
  text: string
  href?: string
  act?: () => void
}

export interface Notice {
  id: number
  level: Events['notice']['level']
  message: string
  action?: NoticeAction
}

interface Live {
  connection: ConnectionState
  /** The last progress of each run that reported any, by run id. */
  progress: Record<number, RunProgress>
  notices: Notice[]
}

export const useLive = create<Live>(() => ({ connection: 'connecting', progress: {}, notices: [] }))

let nextNotice = 1

/** Milliseconds that a message stays which asks for nothing. */
const INFO_STAYS_MS = 12_000

/** As many messages that ask for nothing are shown at once: who tags by keys makes one for each. */
const MAX_INFOS = 2

/** Shows a message: warnings and errors until they are dismissed. The same message is not shown twice at a time. */
export function notify(level: Notice['level'], message: string, action?: NoticeAction): void {
  const { notices } = useLive.getState()
  if (notices.some((notice) => notice.message === message)) return
  const id = nextNotice++
  const infos = notices.filter((notice) => notice.level === 'info')
  const outdated = level === 'info' ? infos.slice(0, Math.max(0, infos.length + 1 - MAX_INFOS)) : []
  const kept = notices.filter((notice) => !outdated.includes(notice))
  useLive.setState({ notices: [...kept, { id, level, message, action }] })
  if (level === 'info') setTimeout(() => dismiss(id), INFO_STAYS_MS)
}

export function dismiss(id: number): void {
  useLive.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
}

export function recordProgress(progress: RunProgress): void {
  useLive.setState((live) => ({ progress: { ...live.progress, [progress.runId]: progress } }))
}

whenProjectLeft(() => {
  // What a message offers leads to a run of the project that was left.
  useLive.setState(({ notices }) => ({ progress: {}, notices: notices.filter(({ action }) => !action) }))
})

/** Forgets all progress: the connection was lost and states may have changed. */
export function forgetProgress(): void {
  useLive.setState({ progress: {} })
}
