import { expect, test } from './fixtures'
import { listenForMaps } from './raw-maps'

test.use({ demoFinished: true })

test('compares two methods on a failure by keyboard; numbers, swipe, difference, link', async ({ gallery: page }) => {
  const mapOf = listenForMaps(page)
  await page.reload()
  await page.getByRole('button', { name: /^Wrong/ }).click()
  await expect(page.getByRole('status')).toHaveText('99 of 1,000 samples')
  await page.getByRole('grid', { name: 'Samples' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('b')
  await expect(page.getByRole('link', { name: 'Compare (1)' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('grid', { name: 'Head weights' })).toBeVisible()
  await page.keyboard.press('m')
  await page.keyboard.press('m')
  await expect(page.getByTestId('legend')).toContainText('Attention rollout')
  await page.keyboard.press('b')
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: 'Command' }).fill('compare')
  await page.keyboard.press('Enter')
  await expect(page).toHaveTitle(/^Compare/)
  await expect(page).toHaveURL(/panes=\d+\.\d+\.gmar_l1\+\d+\.\d+\.rollout/)

  // The numbers are those of the raw maps, computed here in another way than the program does.
  const id = Number(/panes=(\d+)\./.exec(page.url())?.[1])
  const [a, b] = [mapOf(id, 'gmar_l1'), mapOf(id, 'rollout')]
  const row = page.getByRole('row', { name: /^A and B/ })
  await expect(row.getByRole('cell').nth(0)).toHaveText(
    pearson(rankedSlowly(a), rankedSlowly(b)).toFixed(3).replace('-', '−'),
  )
  await expect(row.getByRole('cell').nth(1)).toHaveText(overlapOfTops(a, b, 39).toFixed(3))
  expect(a).toHaveLength(196)

  // One cursor in both panes, each with its own raw value.
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowUp')
  const values = page.getByRole('status', { name: 'Value under the pointer' })
  await expect(values).toHaveCount(2)
  for (const [index, map] of [a, b].entries()) {
    await expect(values.nth(index)).toContainText('row 6, column 6: ')
    const shown = Number(/: ([\d.e-]+)$/.exec(await values.nth(index).innerText())?.[1])
    expect(Math.abs(shown / map[6 * 14 + 6]! - 1)).toBeLessThan(0.001)
  }
  await expect(page.locator('[data-testid="cursor-patch"][data-patch="90"]')).toHaveCount(2)

  await page.keyboard.press('m')
  const divider = page.getByRole('slider', { name: 'Divider' })
  await expect(divider).toHaveAttribute('aria-valuenow', '50')
  await divider.focus()
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft')
  await expect(divider).toHaveAttribute('aria-valuenow', '40')

  // The link is the comparison, in a window that has pinned nothing.
  const link = page.url()
  await page.evaluate('localStorage.clear()')
  await page.goto('about:blank')
  await page.goto(link)
  await expect(divider).toHaveAttribute('aria-valuenow', '40')
  await expect(row.getByRole('cell').nth(1)).toHaveText(overlapOfTops(a, b, 39).toFixed(3))

  await page.keyboard.press('m')
  const difference = page.getByRole('region', { name: 'Difference' })
  const shares = (map: number[]) => map.map((value) => value / map.reduce((sum, one) => sum + one, 0))
  const largest = Math.max(...shares(a).map((share, i) => Math.abs(share - shares(b)[i]!)))
  const bar = await difference.getByRole('img', { name: /colours from/ }).getAttribute('aria-label')
  const [low, high] =
    /from (\S+) to (\S+)/
      .exec(bar ?? '')
      ?.slice(1)
      .map(Number) ?? []
  expect(low).toBe(-(high ?? 0))
  expect(Math.abs((high ?? 0) / largest - 1)).toBeLessThan(0.06)

  await page.getByRole('button', { name: 'Make a figure' }).click()
  await expect(page).toHaveTitle(/^Figures/)
  expect(decodeURIComponent(page.url())).toContain('"kind":"difference","a":"gmar_l1","b":"rollout"')
})

test('a link leaves the pins alone until it is told otherwise', async ({ gallery: page }) => {
  await page.getByRole('grid', { name: 'Samples' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('b')
  await expect(page.getByRole('link', { name: 'Compare (1)' })).toBeVisible()
  const gallery = new URL(page.url())
  await page.goto(new URL('compare?panes=3.1.rollout+3.1.h7-4-9', gallery).href)
  await expect(page.getByText('This link shows other panes than you have pinned.')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Pane B' }).getByTestId('chosen-patch')).toHaveAttribute(
    'data-patch',
    '9',
  )
  await page.getByRole('button', { name: 'Show my pins' }).click()
  await expect(page.getByRole('region', { name: 'Pane B' })).toHaveCount(0)
  await page.goBack()
  await page.getByRole('button', { name: 'Keep these as pins' }).click()
  await expect(page.getByRole('link', { name: 'Compare (2)' })).toBeVisible()
})

test('a sample is explained for any class, layer by layer, and patch by patch', async ({ gallery: page }) => {
  await page.getByRole('button', { name: /^Wrong/ }).click()
  await expect(page.getByRole('status')).toHaveText('99 of 1,000 samples')
  await page.getByRole('grid', { name: 'Samples' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  const legend = page.getByTestId('legend')
  await page
    .getByRole('region', { name: 'Methods' })
    .getByRole('button', { name: /Chefer/ })
    .click()
  await expect(legend).toContainText('Chefer et al.')
  const bar = legend.getByRole('img', { name: /colours from/ })
  const ofRun = await bar.getAttribute('aria-label')

  await page.getByRole('combobox', { name: 'Target', exact: true }).click()
  await page.getByRole('combobox', { name: 'Target', exact: true }).fill('Trouser')
  await page.getByRole('option', { name: 'Trouser' }).click()
  await expect(page.getByText('Maps explain the logit of Trouser')).toBeVisible({ timeout: 150_000 })
  await expect(legend).toContainText('Chefer et al. for Trouser')
  await expect(page).toHaveURL(/target=\d+/)
  expect((await bar.getAttribute('aria-label'))?.replace(' for Trouser', '')).not.toBe(ofRun)

  const layers = page.getByRole('slider', { name: 'Layers' })
  await page.keyboard.press('Escape')
  await page.goBack()
  await layers.focus()
  await page.keyboard.press('ArrowLeft')
  await expect(legend).toContainText('after layer 6')
  await page.reload()
  await expect(legend).toContainText('after layer 6')

  await page.getByRole('gridcell', { name: /^Layer 7, head 4:/ }).click()
  await expect(legend).toContainText('Attention of layer 7, head 4')
  const patches = page.getByRole('button', { name: /^Patches:/ })
  const box = await patches.boundingBox()
  if (!box) throw new Error('There is no picture.')
  // The middle of row 1, column 5 of fourteen by fourteen.
  await page.mouse.click(box.x + (box.width * 5.5) / 14, box.y + (box.height * 1.5) / 14)
  await expect(legend).toContainText('from row 1, column 5')
  await expect(page.getByTestId('chosen-patch')).toHaveAttribute('data-patch', '19')
  await expect(page).toHaveURL(/patch=19/)
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('chosen-patch')).toHaveCount(0)
  await expect(legend).toContainText('Attention of layer 7, head 4')

  // The same by keyboard.
  await patches.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('chosen-patch')).toHaveCount(1)
  await page.keyboard.press('+')
  await expect(page).toHaveURL(/zoom=1\.4/)
  await page.keyboard.press('0')
  await expect(page).not.toHaveURL(/zoom/)
})

/** Each value's rank by counting: values below it, and half of those that equal it. */
function rankedSlowly(values: number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length
    const same = values.filter((other) => other === value).length
    return below + (same + 1) / 2
  })
}

function pearson(x: number[], y: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [mx, my] = [mean(x), mean(y)]
  const covariance = mean(x.map((value, i) => (value - mx) * (y[i]! - my)))
  return covariance / Math.sqrt(mean(x.map((value) => (value - mx) ** 2)) * mean(y.map((value) => (value - my) ** 2)))
}

/** Intersection over union of the `count` highest patches, for maps without ties at the border. */
function overlapOfTops(a: number[], b: number[], count: number): number {
  const top = (values: number[]) => new Set([...values.keys()].sort((i, j) => values[j]! - values[i]!).slice(0, count))
  const [inA, inB] = [top(a), top(b)]
  const both = [...inA].filter((patch) => inB.has(patch)).length
  return both / (inA.size + inB.size - both)
}
