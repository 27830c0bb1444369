import { useEffect } from 'react'

/** Names the page: what is on it first, then the program. */
export function usePageTitle(...parts: (string | null | undefined)[]): void {
  const title = [...parts.filter(Boolean), 'Headlight'].join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}
