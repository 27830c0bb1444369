/** A tag that is to be named because a digit was pressed that none has. */
import type { Term } from '@shared/api'
import { create } from 'zustand'
import { notify } from '../../api/live'
import { whenProjectLeft } from '../../api/open-project'
import { links } from '../../base/links'

export interface OfferedTag {
  /** The digit. */
  key: string
  /** The samples that get the tag. */
  ids: Uint32Array<ArrayBuffer>
  runId: number
  /** Done once it is tagged. */
  onTagged?: () => void
}

export const useOfferedTag = create<{ offer: OfferedTag | null }>(() => ({ offer: null }))

whenProjectLeft(() => useOfferedTag.setState({ offer: null }))

/** The tag of a digit. Where none has it, the user is asked for its name, and there is nothing to do yet. */
export function tagOfKey(tags: readonly Term[], offer: OfferedTag): Term | null {
  const found = tags.find(({ hotkey }) => hotkey === offer.key)
  if (!found) useOfferedTag.setState({ offer })
  return found ?? null
}

/** The verdict of a letter. Where none has it, the user is told where letters are given. */
export function verdictOfKey(verdicts: readonly Term[], key: string, runId: number): Term | null {
  const found = verdicts.find(({ hotkey }) => hotkey === key.toLowerCase())
  if (!found) {
    const keys = verdicts.flatMap(({ hotkey }) => hotkey?.toUpperCase() ?? [])
    const those = keys.length > 0 ? `Verdicts have ${keys.join(', ')}.` : 'No verdict has a key.'
    const link = { text: 'Edit verdicts', href: links.ofRun(runId, '/annotations', '?part=lists') }
    notify('info', `No verdict has the key ${key.toUpperCase()}. ${those}`, link)
  }
  return found ?? null
}
