/** The connection of a window whose messages from the program come later than they would. */
import type { Page } from '@playwright/test'

export interface HeldMessages {
  /** Keeps what comes from now on. */
  hold(): void
  /** Gives the window what was kept, in order, and what comes from now on at once. */
  release(): void
}

/** For the connections that the page opens after this; nothing is held yet. */
export async function holdMessages(page: Page): Promise<HeldMessages> {
  const late: (() => void)[] = []
  let isHeld = false
  await page.routeWebSocket(/.*/, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((message) => {
      if (isHeld) late.push(() => socket.send(message))
      else socket.send(message)
    })
  })
  return {
    hold: () => void (isHeld = true),
    release() {
      isHeld = false
      for (const send of late.splice(0)) send()
    },
  }
}
