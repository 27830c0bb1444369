import { type RunInfo, imageUrls } from '@shared/api'
import { useSampleIds } from '../../api/sample-queries'
import { formatCount } from '../../ui/format'
import classes from './LikenessScreen.module.css'

interface GroupPicturesProps {
  run: RunInfo
  /** The sample that is compared with them, which is left out. */
  id: number
  filter: string
  /** Pictures that the mean is over, once that is known. */
  count: number | undefined
}

const SHOWN = 24

/** The first pictures of a group; their mean has no picture, and so no map. */
export function GroupPictures({ run, id, filter, count }: GroupPicturesProps) {
  const ids = useSampleIds({ runId: run.id, filter, sort: 'path', descending: false }).data?.ids
  const others = ids ? Array.from(ids).filter((each) => each !== id) : []
  const total = count ?? others.length
  return (
    <figure className={classes.side} aria-label="The group">
      <div className={classes.group}>
        {others.slice(0, SHOWN).map((each) => (
          <img key={each} src={imageUrls.thumbnail(run.id, each, 160)} alt="" loading="lazy" />
        ))}
      </div>
      <figcaption className={classes.caption}>
        <span className={classes.note}>
          {filter === '' ? 'All other samples' : <code>{filter}</code>}: {formatCount(total)}{' '}
          {total === 1 ? 'picture' : 'pictures'}
          {others.length > SHOWN && `, the first ${SHOWN} shown`}. A mean has no map of its own.
        </span>
      </figcaption>
    </figure>
  )
}
