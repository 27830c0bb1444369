import { cache001 } from './cache-001'
import { cache002 } from './cache-002'
import { cache003 } from './cache-003'
import { cache004 } from './cache-004'
import { cache005 } from './cache-005'
import { cache006 } from './cache-006-redesign'
import { cache007 } from './cache-007-checksums'
import { cache009 } from './cache-009-unmeasured'
import { cache010 } from './cache-010-row-checksums'
import type { Migration } from './migration'
import { review001 } from './review-001'
import { review002 } from './review-002'
import { review003 } from './review-003'
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
]
