import { UnstyledButton } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import type { HeadEvaluation, HeadGroupEffect } from '@shared/evaluation/head-evaluation'
import { plainNumber } from '@shared/evaluation/words'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { useMemo } from 'react'
import { className } from '../../base/class-name'
import { imagesInWords } from '../../shared/evaluations/evaluation-words'
import { SmallHeadMatrix } from '../../ui/SmallHeadMatrix'
import classes from './EffectOfHeads.module.css'
import { groupTerm } from './group-term'

interface EffectGroupsProps {
  run: RunInfo
  evaluation: HeadEvaluation
  onFilter: (filter: string) => void
  onOpen: (layer: number, head: number) => void
}

/** The effect by class of the label and by correctness, all on one scale; a name shows that group alone, with its intervals. */
export function EffectGroups({ run, evaluation, onFilter, onOpen }: EffectGroupsProps) {
  const { byClass, byOutcome, heads } = evaluation
  const groups = useMemo(() => {
    const { layers, heads: perLayer } = run.model
    const placed = ({ absDeltaLogit, ...group }: HeadGroupEffect, by: 'class' | 'correct') => {
      const values = new Float32Array(layers * perLayer)
      heads.forEach(({ layer, head }, at) => (values[layer * perLayer + head] = absDeltaLogit[at]!))
      const name = by === 'class' ? className(run, Number(group.key)) : group.key
      const first = heads[absDeltaLogit.indexOf(Math.max(...absDeltaLogit))]!
      return { ...group, name, values, first, filter: groupTerm(run, by, group) }
    }
    return [...byOutcome.map((group) => placed(group, 'correct')), ...byClass.map((group) => placed(group, 'class'))]
  }, [run, byClass, byOutcome, heads])
  const range = useMemo(() => ({ low: 0, high: Math.max(0, ...groups.flatMap(({ values }) => [...values])) }), [groups])
  if (groups.length === 0) return null
  return (
    <section className={classes.hand} aria-label="Effect by group">
      <h2>By correctness and by class</h2>
      <p className={classes.note}>
        All on one scale, with the head that changes most, as layer.head. A name shows that group alone, with its
        intervals.
      </p>
      <div className={classes.groups}>
        {groups.map(({ key, name, n, values, first, filter }) => (
          <figure key={key} className={classes.figure}>
            <figcaption className={classes.groupName}>
              <UnstyledButton className={classes.name} onClick={() => onFilter(filter)}>
                {name}
              </UnstyledButton>
              <span>
                {imagesInWords(n)}, {n === 1 ? 'says nothing' : `head ${first.layer}.${first.head}`}
              </span>
            </figcaption>
            <SmallHeadMatrix
              label={`Effect of every head, ${name}`}
              model={run.model}
              values={values}
              range={range}
              colormap={COLORMAPS.viridis}
              describe={(index) => plainNumber(values[index]!)}
              onChoose={onOpen}
            />
          </figure>
        ))}
      </div>
    </section>
  )
}
