import { useEffect } from 'react'
import type { ChangeState } from '../../base/url-state'
import type { CompareState } from '../../shared/pins/compare-state'
import { type Pane, readPanes, writePanes } from '../../shared/pins/panes'
import { setPins, usePins } from '../../shared/pins/pins'

/**
 * The panes of the address, else the pins. While both are the same, changes are made to both; a link with other panes
 * leaves the pins alone until it is told to take their place.
 */
export function useShownPanes(project: string, stored: CompareState, change: ChangeState<CompareState>) {
  const pins = usePins(project)
  const inAddress = writePanes(stored.panes)
  const linked = inAddress !== '' && pins !== '' && inAddress !== pins
  const panes = inAddress === '' ? readPanes(pins) : stored.panes
  useEffect(() => {
    if (inAddress === '' && pins !== '') history.replaceState(history.state, '', withPanes(pins))
  }, [inAddress, pins])

  const setPanes = (next: readonly Pane[]) => {
    if (!linked) setPins(project, next)
    change({ panes: next })
  }
  return {
    panes,
    setPanes,
    linked,
    keepAsPins: () => setPins(project, panes),
    showPins: () => change({ panes: readPanes(pins) }),
  }
}

/** This address with the panes in it, so that it can be copied. */
function withPanes(panes: string): string {
  const address = new URL(location.href)
  address.searchParams.set('panes', panes)
  return address.pathname + address.search
}
