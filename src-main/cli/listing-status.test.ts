import { expect, test } from 'vitest'
import { listingStatus } from './listing-status'

test('a source that tells of every image leaves a line a thousand', () => {
  const lines: string[] = []
  const tell = listingStatus({ status: (text) => void lines.push(text) })
  for (let found = 0; found <= 2500; found++) tell(found)
  expect(lines).toEqual(['Listing images: 0 found', 'Listing images: 1000 found', 'Listing images: 2000 found'])
})
