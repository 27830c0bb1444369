import { Button, Modal } from '@mantine/core'
import type { DatasetPlace, ModelPlace } from '@shared/api'
import { useState } from 'react'
import { usePlaces, useRelink, useRelinkModel, useRelinkPreview, useTaskProgress } from '../api/upkeep-queries'
import { InlineError } from '../ui/Messages'
import { PathPicker } from '../ui/PathPicker'
import { formatCount } from '../ui/format'
import classes from './UpkeepBanners.module.css'

/** Says that a dataset or a model of the open project is not where it was, and leads to its new place. */
export function RelinkBanner() {
  const { datasets = [], models = [] } = usePlaces().data ?? {}
  const dataset = datasets.find(({ present }) => !present)
  const model = models.find(({ present }) => !present)
  return (
    <>
      {dataset && <MissingDataset key={dataset.id} dataset={dataset} />}
      {model && <MissingModel key={model.path} model={model} />}
    </>
  )
}

/** Only a file of the very same content is taken in its place. */
function MissingModel({ model: { path, runs } }: { model: ModelPlace }) {
  const [choosing, setChoosing] = useState(false)
  const relink = useRelinkModel()
  return (
    <div className={classes.banner} role="alert">
      <span>
        The model of {runs.join(', ')} is not at <code>{path}</code> any more. Results are all here; explaining single
        samples, and going on with a run, needs it.
      </span>
      {relink.isError && <InlineError error={relink.error} />}
      <Button size="compact-sm" variant="filled" loading={relink.isPending} onClick={() => setChoosing(true)}>
        Find it
      </Button>
      <PathPicker
        opened={choosing}
        onClose={() => setChoosing(false)}
        wanted="model"
        title="Where is the model now?"
        startAt={null}
        onPick={(chosen) => relink.mutate(chosen)}
      />
    </div>
  )
}

function MissingDataset({ dataset }: { dataset: DatasetPlace }) {
  const [choosing, setChoosing] = useState(false)
  const [chosen, setChosen] = useState<string | null>(null)
  const { root, suggestion, samples } = dataset
  return (
    <div className={classes.banner} role="alert">
      <span>
        The dataset is not at <code>{root}</code> any more. Results of its {formatCount(samples)} images are all here;
        their pictures are not.
      </span>
      {suggestion !== null && (
        <Button size="compact-sm" onClick={() => setChosen(suggestion)}>
          Look at {suggestion}
        </Button>
      )}
      <Button size="compact-sm" variant="filled" onClick={() => setChoosing(true)}>
        Find it
      </Button>
      <PathPicker
        opened={choosing}
        onClose={() => setChoosing(false)}
        wanted="dataset"
        title="Where is the dataset now?"
        startAt={null}
        onPick={setChosen}
      />
      {chosen !== null && <RelinkPreview dataset={dataset} path={chosen} onClose={() => setChosen(null)} />}
    </div>
  )
}

/** What would be found there; nothing is changed before it is confirmed. */
function RelinkPreview({ dataset, path, onClose }: { dataset: DatasetPlace; path: string; onClose: () => void }) {
  const preview = useRelinkPreview(dataset.id, path)
  const progress = useTaskProgress('relink')
  const relink = useRelink()
  const { match, plan } = preview.data ?? {}
  return (
    <Modal opened onClose={onClose} title="Relink the dataset" size="lg">
      <p className={classes.path}>{path}</p>
      {preview.isPending && (
        <p role="status">
          {progress?.phase ?? 'Looking'}
          {progress && progress.done > 0 && `: ${formatCount(progress.done)}`}
          {progress && progress.total > 0 && ` of ${formatCount(progress.total)}`}…
        </p>
      )}
      {preview.isError && <InlineError error={preview.error} />}
      {match && (
        <table className={classes.table}>
          <tbody>
            <Row name="Found at their path" group={match.byPath} />
            <Row name="Found under another name" group={match.renamed} />
            <Row name="Other content at their path" group={match.different} />
            <Row name="Missing" group={match.missing} />
          </tbody>
        </table>
      )}
      {match && (
        <p className={classes.note}>
          Of {formatCount(match.samples)} images, {formatCount(match.hashed)} were read and compared, the others by
          size. Results, tags and notes are kept.
        </p>
      )}
      {relink.isError && <InlineError error={relink.error} />}
      <footer className={classes.footer}>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="filled"
          disabled={plan === undefined}
          loading={relink.isPending}
          onClick={() => plan !== undefined && relink.mutate(plan, { onSuccess: onClose })}
        >
          Relink
        </Button>
      </footer>
    </Modal>
  )
}

function Row({ name, group }: { name: string; group: { count: number; examples: string[] } }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={classes.number}>{formatCount(group.count)}</td>
      <td className={classes.examples}>{group.examples.slice(0, 2).join(', ')}</td>
    </tr>
  )
}
