/** How much memory a page holds. */
import type { Page } from '@playwright/test'
import { readFile } from 'node:fs/promises'

export interface Memory {
  /** Bytes of the page's JavaScript objects, after a collection. */
  heap: number
  /** Bytes of the page's process that lie in memory: the heap, canvases, decoded pictures; null where it cannot be read. */
  resident: number | null
  /** Nodes of documents, those that are kept without being shown included. */
  nodes: number
}

export async function readMemory(page: Page): Promise<Memory> {
  const devtools = await page.context().newCDPSession(page)
  // What a first collection lets go of may hold more.
  for (let round = 0; round < 2; round++) await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  const { nodes } = await devtools.send('Memory.getDOMCounters')
  await devtools.detach()
  return { heap: usedSize, resident: await residentBytes(page), nodes }
}

/** Of the largest page process of the browser: there is one page. Only Linux tells. */
async function residentBytes(page: Page): Promise<number | null> {
  const browser = page.context().browser()
  if (process.platform !== 'linux' || browser === null) return null
  const devtools = await browser.newBrowserCDPSession()
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo')
  await devtools.detach()
  const pages = processInfo.filter(({ type }) => type === 'renderer')
  const sizes = await Promise.all(pages.map(({ id }) => residentOf(id)))
  return Math.max(0, ...sizes)
}

async function residentOf(process: number): Promise<number> {
  const status = await readFile(`/proc/${process}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}
