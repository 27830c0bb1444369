import { LRUCache } from 'lru-cache'
import type { RunColumns } from '../columns/run-columns'

/** Answers that are kept for a run: head statistics of a thousand classes take some megabytes. */
const MAX_ANSWERS = 3

/**
 * Answers about all samples of a run, kept for as long as its columns stay the same. Those to filters are not: a filter
 * may ask for annotations, which change without the columns.
 */
export class KeptAnswers {
  readonly #kept = new WeakMap<RunColumns, LRUCache<string, { answer: unknown }>>()

  /** The kept answer to a question, or else a new one. `question` says everything that the answer depends on. */
  of<Answer>(columns: RunColumns, filter: string, question: string, answer: () => Answer): Answer {
    if (filter.trim() !== '') return answer()
    const answers = this.#kept.get(columns) ?? new LRUCache<string, { answer: unknown }>({ max: MAX_ANSWERS })
    this.#kept.set(columns, answers)
    const known = answers.get(question) ?? { answer: answer() }
    answers.set(question, known)
    return known.answer as Answer
  }
}
