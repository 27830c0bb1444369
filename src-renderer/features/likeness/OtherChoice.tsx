import { NativeSelect, UnstyledButton } from '@mantine/core'
import { type RunInfo, imageUrls } from '@shared/api'
import { useFacets, useSampleDetail, useSampleIds, useSampleRow } from '../../api/sample-queries'
import { quoteFilterValue } from '@shared/filter'
import type { LikenessState } from '../../shared/likeness-state'
import { FilterField } from '../../ui/filter/FilterField'
import { formatCount } from '../../ui/format'
import { Segments } from '../../ui/Segments'
import classes from './LikenessScreen.module.css'

interface OtherChoiceProps {
  run: RunInfo
  id: number
  state: LikenessState
  change: (part: Partial<LikenessState>) => void
}

/** More are found by their filter. */
const OFFERED = 120

/** What the sample is compared with: another one, or those of a filter or a label. */
export function OtherChoice({ run, id, state, change }: OtherChoiceProps) {
  const isGroup = state.with === 'group'
  const ids = useSampleIds({ runId: run.id, filter: state.among, sort: 'path', descending: false }).data?.ids
  const others = ids ? Array.from(ids).filter((each) => each !== id) : []
  const labels = useFacets(run.id, '').data?.datasetLabels ?? []
  const label = useSampleDetail(run.id, id).data?.row.datasetLabel
  const shown = others.slice(0, OFFERED)
  const named = labels.find(({ name }) => labelTerm(name) === state.among)
  return (
    <section className={classes.choice} aria-label="What it is compared with">
      <h2>Compared with</h2>
      <Segments
        label="Compare with"
        quiet
        fullWidth
        value={state.with}
        options={{ sample: 'Another picture', group: 'Mean of a group' }}
        onChange={(value) => change({ with: value })}
      />
      <FilterField run={run} sample={id} value={state.among} onCommit={(among) => change({ among })} />
      {labels.length > 1 && (
        <NativeSelect
          size="xs"
          aria-label="Samples of a label"
          value={named?.name ?? ''}
          data={[
            { value: '', label: state.among === '' ? 'All labels' : named ? 'All labels' : 'As the filter says' },
            ...labels.map(({ name, count }) => ({
              value: name,
              label: `${name} (${formatCount(count)})${name === label ? ', as this sample' : ''}`,
            })),
          ]}
          onChange={({ currentTarget: { value } }) => change({ among: value === '' ? '' : labelTerm(value) })}
        />
      )}
      <p className={classes.note}>
        {ids === undefined
          ? ''
          : others.length === 0
            ? 'No other sample passes this filter.'
            : isGroup
              ? `The mean direction of ${formatCount(others.length)} other ${others.length === 1 ? 'picture' : 'pictures'}; this one is left out.`
              : others.length > OFFERED
                ? `The first ${OFFERED} of ${formatCount(others.length)}; a filter finds the others.`
                : `${formatCount(others.length)} other ${others.length === 1 ? 'picture' : 'pictures'}.`}
      </p>
      {!isGroup && (
        <ul className={classes.offered}>
          {shown.map((each) => (
            <li key={each}>
              <Offered run={run} id={each} chosen={each === state.to} onChoose={() => change({ to: each })} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Offered({ run, id, chosen, onChoose }: { run: RunInfo; id: number; chosen: boolean; onChoose: () => void }) {
  const path = useSampleRow(run.id, id).data?.path
  return (
    <UnstyledButton
      className={classes.tile}
      aria-pressed={chosen}
      aria-label={`Compare with ${path ?? `sample ${id}`}`}
      title={path}
      onClick={onChoose}
    >
      <img src={imageUrls.thumbnail(run.id, id, 160)} alt="" loading="lazy" />
    </UnstyledButton>
  )
}

const labelTerm = (name: string) => `label:${quoteFilterValue(name)}`
