import AxeBuilder from '@axe-core/playwright'
import { type Page, expect } from '@playwright/test'

/** What tiles and cells after the first few hold: hundreds of what has been looked at. */
const REPEATED = '[role="gridcell"]:nth-child(n+4) > *'

/**
 * Fails on what axe finds serious or critical on a page, or a part of it, with the rule and the elements. Given rules,
 * only those are looked at.
 */
export async function expectAccessible(page: Page, part = 'html', rules: string[] = []): Promise<void> {
  await fadedIn(page)
  const builder = new AxeBuilder({ page }).include(part).exclude(REPEATED)
  const { violations } = await (rules.length > 0 ? builder.withRules(rules) : builder).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const found = serious.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`)
  expect.soft(found, `what axe finds on ${new URL(page.url()).pathname}`).toEqual([])
}

/** Waits for what fades in, whose colours are not yet those that stay; what turns for ever is not waited for. */
async function fadedIn(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  const ending =
    'document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity).length'
  await expect.poll(() => page.evaluate(ending)).toBe(0)
}
