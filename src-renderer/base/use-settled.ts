import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'

const SETTLE_MS = 250

/**
 * A value of the address that changes with every movement: shown at once, written when the movement has ended, since
 * browsers refuse addresses that change many times a second.
 */
export function useSettled(stored: string, commit: (value: string) => void): [string, (value: string) => void] {
  const [draft, setDraft] = useState<string | null>(null)
  const commitLater = useDebouncedCallback((value: string) => {
    commit(value)
    setDraft(null)
  }, SETTLE_MS)
  const change = (value: string) => {
    setDraft(value)
    commitLater(value)
  }
  return [draft ?? stored, change]
}
