import { Loader } from '@mantine/core'
import { type Likeness, type RunInfo, imageUrls } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { isFlat } from '@shared/heatmap/scale'
import type { MethodId } from '@headlight/explain/methods'
import { useMemo } from 'react'
import { Link } from 'wouter'
import type { useLikeness } from '../../api/likeness-queries'
import { type RelevanceMap, useSampleRow } from '../../api/sample-queries'
import { links } from '../../base/links'
import { ColorBar } from '../../heatmap/ColorBar'
import { mapRange } from '../../heatmap/map-range'
import { Picture } from '../../heatmap/Picture'
import { methodName } from '../../heatmap/shown-method'
import type { LikenessState } from '../../shared/likeness-state'
import { ErrorMessage } from '../../ui/Messages'
import { PathName } from '../../ui/PathName'
import { formatCount } from '../../ui/format'
import { GroupPictures } from './GroupPictures'
import classes from './LikenessScreen.module.css'

interface LikenessPairProps {
  run: RunInfo
  id: number
  /** Null for a group, and while none is chosen. */
  otherId: number | null
  method: MethodId
  state: LikenessState
  likeness: ReturnType<typeof useLikeness>
}

/** Unreadable pictures that are named. */
const NAMED = 3

/** Both pictures with what makes them alike, and the cosine between them. */
export function LikenessPair({ run, id, otherId, method, state, likeness }: LikenessPairProps) {
  const { data, error, isFetching, refetch } = likeness
  const isGroup = state.with === 'group'
  return (
    <div className={classes.pair}>
      <p className={classes.answer} role="status" aria-label="Likeness">
        {data ? (
          <Answer likeness={data} isGroup={isGroup} />
        ) : error ? null : isFetching ? (
          <>
            <Loader size={14} color="gray" role="img" aria-label="Computing" />
            {isGroup
              ? 'Computing the features of the group, and the maps …'
              : 'Computing the features of both, and the maps …'}
          </>
        ) : (
          'Choose a picture at the right to compare this one with.'
        )}
      </p>
      {error && <ErrorMessage error={error} retry={refetch} />}
      {!error && (
        <div className={classes.pictures}>
          <Side {...{ run, id, method, state }} grid={data?.grid} maps={data?.maps} />
          {isGroup ? (
            <GroupPictures run={run} id={id} filter={state.among} count={data?.pictures} />
          ) : otherId === null ? (
            <div className={classes.missing}>No second picture yet</div>
          ) : (
            <Side {...{ run, method, state }} id={otherId} grid={data?.grid} maps={data?.otherMaps ?? undefined} />
          )}
        </div>
      )}
      {data && data.unreadable.length > 0 && (
        <p className={classes.note}>
          {formatCount(data.unreadable.length)} could not be read and {data.unreadable.length === 1 ? 'is' : 'are'} not
          in the mean: {data.unreadable.slice(0, NAMED).join(' ')}
        </p>
      )}
    </div>
  )
}

function Answer({ likeness, isGroup }: { likeness: Likeness; isGroup: boolean }) {
  const { cosine, output, readout, pictures } = likeness
  const of = readout === null ? output : `${output} (${READOUTS[readout]})`
  return (
    <>
      <span className={classes.cosine}>
        cosine <b>{cosine.toFixed(3).replace('-', '−')}</b>
      </span>
      <span>
        {isGroup
          ? `of this picture’s features with the mean direction of ${formatCount(pictures)} other ${pictures === 1 ? 'picture' : 'pictures'}`
          : 'of the features of both pictures'}{' '}
        (<code>{of}</code>). 1 is the same direction, 0 none in common, −1 the opposite.{' '}
        {isGroup
          ? 'The map shows what in this picture makes it like them.'
          : 'Each map shows what in that picture makes it like the other.'}
      </span>
    </>
  )
}

const READOUTS = { cls: 'class token', mean: 'mean of the patches', 'cls+mean': 'class token and mean' }

interface SideProps {
  run: RunInfo
  id: number
  method: MethodId
  state: LikenessState
  grid: [number, number] | undefined
  maps: Likeness['maps'] | undefined
}

function Side({ run, id, method, state, grid, maps }: SideProps) {
  const row = useSampleRow(run.id, id).data
  const values = maps?.find((each) => each.method === method)?.values
  const map = useMemo((): RelevanceMap | null => (grid && values ? { grid, values } : null), [grid, values])
  const range = mapRange(map, state.scale === 'shared' ? 'minmax' : state.scale, null)
  return (
    <figure className={classes.side} aria-label={row?.path ?? `Sample ${id}`}>
      <div className={classes.room}>
        {row && (
          <Picture
            src={imageUrls.image(run.id, id)}
            alt={row.path}
            width={row.width || 1}
            height={row.height || 1}
            preprocessing={run.definition.preprocessing}
            map={map}
            range={range}
            colormap={COLORMAPS[state.colormap]}
            interpolation={state.interpolation}
            fade={state.fade}
            fit="stage"
          />
        )}
      </div>
      <figcaption className={classes.caption}>
        {row && (
          <Link href={links.sample(run.id, id, state)}>
            <PathName name={row.path} />
          </Link>
        )}
        {map && isFlat(range) && <span className={classes.note}>All patches have the same value.</span>}
        {map && (
          <ColorBar colormap={COLORMAPS[state.colormap]} range={range} label={`${methodName(method)}, ${row?.path}`} />
        )}
      </figcaption>
    </figure>
  )
}
