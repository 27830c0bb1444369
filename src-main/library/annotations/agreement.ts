import type { Agreement, ReviewerAgreement, VerdictConflict } from '@shared/api'
import type { ProjectFiles } from '../project/project-files'

interface Given {
  sampleId: number
  path: string
  kind: 'verdict' | 'settled'
  reviewer: string
  verdict: string
  changedAt: string
}

/** Where reviewers judge samples differently, and how alike each two of them judge. */
export function readAgreement({ review }: ProjectFiles): Agreement {
  const given = review
    .prepare<[], Given>(
      `SELECT a.sample_id AS sampleId, s.path, a.kind, a.reviewer, a.text AS verdict, a.changed_at AS changedAt
       FROM annotation a JOIN sample_key s ON s.id = a.sample_id
       WHERE a.kind IN ('verdict', 'settled') AND a.deleted = 0 ORDER BY s.path, a.sample_id, a.reviewer`,
    )
    .all()
  const samples = Map.groupBy(given, ({ sampleId }) => sampleId)
  const conflicts = [...samples.values()].flatMap((said) => conflictOf(said) ?? [])
  return {
    pairs: pairsOf(given),
    conflicts: [...conflicts.filter(({ settled }) => !settled), ...conflicts.filter(({ settled }) => settled)],
  }
}

function conflictOf(said: readonly Given[]): VerdictConflict | null {
  const verdicts = said.filter(({ kind }) => kind === 'verdict')
  const [first] = verdicts
  if (!first || verdicts.every(({ verdict }) => verdict === first.verdict)) return null
  const settled = said
    .filter(({ kind }) => kind === 'settled')
    .reduce<Given | null>((last, next) => (last && last.changedAt >= next.changedAt ? last : next), null)
  return {
    sampleId: first.sampleId,
    path: first.path,
    verdicts: verdicts.map(({ reviewer, verdict, changedAt }) => ({ reviewer, verdict, changedAt })),
    settled: settled && { verdict: settled.verdict, reviewer: settled.reviewer, changedAt: settled.changedAt },
  }
}

/** Every two reviewers who gave verdicts, also those with no sample in common. */
function pairsOf(given: readonly Given[]): ReviewerAgreement[] {
  const byReviewer = new Map<string, Map<number, string>>()
  for (const { kind, reviewer, sampleId, verdict } of given) {
    if (kind !== 'verdict') continue
    const said = byReviewer.get(reviewer) ?? new Map<number, string>()
    byReviewer.set(reviewer, said.set(sampleId, verdict))
  }
  const reviewers = [...byReviewer].sort(([a], [b]) => (a < b ? -1 : 1))
  return reviewers.flatMap(([a, saidByA], i) =>
    reviewers.slice(i + 1).map(([b, saidByB]) => {
      const both = [...saidByA].flatMap(([sampleId, verdict]): [string, string][] => {
        const other = saidByB.get(sampleId)
        return other === undefined ? [] : [[verdict, other]]
      })
      const alike = both.filter(([one, other]) => one === other).length
      return { a, b, both: both.length, alike, kappa: cohensKappa(both) }
    }),
  )
}

/**
 * Agreement of two judges beyond chance: (p_o - p_e) / (1 - p_e), with p_o the share of samples judged alike and p_e
 * the share expected of judges who keep their own frequencies and judge at random. J. Cohen, "A coefficient of agreement
 * for nominal scales", Educational and Psychological Measurement 20, 1960. Null without samples, and where p_e is 1.
 */
export function cohensKappa(judgements: readonly (readonly [string, string])[]): number | null {
  const n = judgements.length
  if (n === 0) return null
  const frequencies = (judge: 0 | 1) => {
    const counts = new Map<string, number>()
    for (const judgement of judgements) counts.set(judgement[judge], (counts.get(judgement[judge]) ?? 0) + 1)
    return counts
  }
  const [first, second] = [frequencies(0), frequencies(1)]
  const observed = judgements.filter(([a, b]) => a === b).length
  // In counts, so that judges who always say the same give exactly n * n.
  const expected = [...first].reduce((sum, [verdict, count]) => sum + count * (second.get(verdict) ?? 0), 0)
  return expected === n * n ? null : (observed * n - expected) / (n * n - expected)
}
