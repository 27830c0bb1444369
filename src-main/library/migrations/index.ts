import { cache001 } from './cache-001-results'
import { cache002 } from './cache-002-places-in-archives'
import { cache003 } from './cache-003-error-codes'
import { cache004 } from './cache-004-column-blocks'
import { cache005 } from './cache-005-attention-sums'
import { cache006 } from './cache-006-redesign'
import { cache007 } from './cache-007-checksums'
import { cache009 } from './cache-009-unmeasured'
import { cache010 } from './cache-010-row-checksums'
import { cache011 } from './cache-011-vector-columns'
import type { Migration } from './migration'
import { review001 } from './review-001-first'
import { review002 } from './review-002-reviewers-and-steps'
import { review003 } from './review-003-saved-views'
import { review004 } from './review-004-identity'
import { review005 } from './review-005-checksums'
import { review006 } from './review-006-parts'

export type { Migration } from './migration'

export const REVIEW_MIGRATIONS: readonly Migration[] = [
  review001,
  review002,
  review003,
  review004,
  review005,
  review006,
]
export const CACHE_MIGRATIONS: readonly Migration[] = [
  cache001,
  cache002,
  cache003,
  cache004,
  cache005,
  cache006,
  cache007,
  cache009,
  cache010,
  cache011,
]
