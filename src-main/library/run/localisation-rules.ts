/** How localisation was measured, by the rows that hold it: each names the rule by which its mask was read. */
import type { Database } from 'better-sqlite3'
import type { RunInfo } from '@shared/api'
import { BOX_RULE_TEXT, ruleText } from '@shared/masks'
import { isBox } from '../../datasets/location'
import { readMaskLocation } from '../../datasets/stored-locations'
import { maskRuleOf } from './mask-rule'

/** The rule of former versions, which the migration wrote. */
const FORMER_ID = 1

/** Ids of the rules of a run's masks, written where they are new. */
export class LocalisationRules {
  readonly #cache: Database
  readonly #run: RunInfo
  readonly #ids = new Map<string, number>()

  constructor(cache: Database, run: RunInfo) {
    this.#cache = cache
    this.#run = run
  }

  /** `mask` is where the sample's mask lies, as it is stored. */
  of(mask: string | null): number {
    if (mask !== null && isStoredBox(mask)) return this.#id('box', BOX_RULE_TEXT)
    const rule = maskRuleOf(this.#run.definition)
    return rule.inside.by === 'brightness' && !this.#run.definition.maskRule
      ? FORMER_ID
      : this.#id(rule.kind ?? 'none', ruleText(rule))
  }

  #id(kind: string, text: string): number {
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    this.#cache.prepare(`INSERT OR IGNORE INTO localisation_rule (mask_kind, rule) VALUES (?, ?)`).run(kind, text)
    const id = this.#cache
      .prepare<[string, string], number>(`SELECT id FROM localisation_rule WHERE mask_kind = ? AND rule = ?`)
      .pluck()
      .get(kind, text)!
    this.#ids.set(text, id)
    return id
  }
}

function isStoredBox(mask: string): boolean {
  const location = readMaskLocation(mask)
  return location !== null && isBox(location)
}
