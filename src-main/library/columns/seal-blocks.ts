import type { Database } from 'better-sqlite3'
import type { RunInfo } from '@shared/api'
import { writeBlockColumns } from './block-columns'
import { BLOCK, blockOf } from './blocks'
import { TAYLOR } from '../quantities/head-taylor'
import { writeVectorColumns } from './vector-columns'
import { writeWeightBlock } from './weight-blocks'

/**
 * Writes the columns of those blocks of these samples that no sample is pending in any more. Call inside the
 * transaction that wrote the samples: columns then never say anything else than the rows.
 */
export function sealCompleteBlocks(cache: Database, run: RunInfo, ids: Iterable<number>): void {
  const blocks = new Set<number>()
  for (const id of ids) blocks.add(blockOf(id))
  const isPending = pendingIn(cache, run.id)
  for (const block of blocks) {
    if (isPending(block)) continue
    writeHeads(cache, run, block)
    writeBlockColumns(cache, run.id, block)
  }
}

/**
 * Writes the columns that a run lacks, a block a step, each step in a transaction of its own: after samples were listed
 * again, and for results that were computed before there were columns. Until then rows answer in their place.
 */
export function* sealStaleBlocks(cache: Database, run: RunInfo): Generator<void> {
  const isPending = pendingIn(cache, run.id)
  const stale = cache
    .prepare<[number], { block: number; weighed: number; described: number }>(
      `SELECT block, weighed, columns IS NOT NULL AS described FROM run_block
       WHERE run_id = ? AND (columns IS NULL OR weighed = 0)`,
    )
    .all(run.id)
  for (const { block, weighed, described } of stale) {
    const complete = !isPending(block)
    if (described === 1 && !complete) continue
    cache.transaction(() => {
      if (weighed === 0 && complete) writeHeads(cache, run, block)
      if (described === 0) writeBlockColumns(cache, run.id, block)
    })()
    yield
  }
}

function writeHeads(cache: Database, run: RunInfo, block: number): void {
  writeVectorColumns(cache, run.id, block, TAYLOR)
  writeWeightBlock(cache, run.id, block, run.model)
}

function pendingIn(cache: Database, runId: number): (block: number) => boolean {
  const first = cache.prepare<[number, number, number]>(
    `SELECT 1 FROM run_sample WHERE run_id = ? AND sample_id >= ? AND sample_id < ? AND state = 0 LIMIT 1`,
  )
  return (block) => first.get(runId, block * BLOCK, (block + 1) * BLOCK) !== undefined
}
