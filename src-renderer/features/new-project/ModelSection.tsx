import { headsInWords, sitesInWords } from '@headlight/explain/report'
import { Button } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ModelFiles, ModelInfo, StartRun } from '@shared/api'
import { IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ModelChoice } from '../../api/queries'
import { Facts } from '../../ui/Facts'
import { InlineError } from '../../ui/Messages'
import { PathPicker } from '../../ui/PathPicker'
import { formatBytes } from '../../ui/format'
import { CertificateReport } from './CertificateReport'
import { ClassVectorsFields, givesFeatures, type ClassVectorsChange } from './ClassVectorsFields'
import { LikenessFields, type LikenessFieldsProps } from './LikenessFields'
import classes from './NewProjectScreen.module.css'
import { PromptsFields } from './PromptsFields'
import { OutputFields } from './OutputFields'
import { TowerField } from './TowerField'
import { folderOf, readoutText } from './model-words'
import { Loading } from '../../ui/Loading'

interface ModelSectionProps {
  path: string | null
  inspection: UseQueryResult<ModelInfo & ModelFiles>
  onChoose: (path: string) => void
  choice: ModelChoice
  onChooseOutput: (name: string) => void
  onChooseTower: (name: string) => void
  onChangeVectors: (change: ClassVectorsChange) => void
  /** What the field of prompts begins with. */
  promptsText: string
  onTypePrompts: (text: string) => void
  onChoosePromptsFile: (path: string) => void
  likeness: Omit<LikenessFieldsProps, 'modelPath' | 'choice'>
  task: StartRun['task'] | null
  onChangeTask: (task: StartRun['task'] | null) => void
}

/** The model, what Headlight found in it, and the proof that its gradients are right. */
export function ModelSection(props: ModelSectionProps) {
  const { path, inspection, onChoose } = props
  const [picking, picker] = useDisclosure(false)
  const { classes: chosen } = props.choice
  // With prompts that do not fit there is no report of the model; the fields stay, so that the prompts can be corrected.
  const isAboutPrompts =
    inspection.data?.prompts !== undefined || chosen?.prompts === true || chosen?.typed !== undefined
  const like = chosen?.like
  const offersLikeness =
    like !== undefined || (inspection.data !== undefined && (isAboutPrompts || givesFeatures(inspection.data)))
  return (
    <section className={classes.card} aria-label="Model">
      <header className={classes.cardTitle}>
        <h2>Model</h2>
        <Button variant={path === null ? 'filled' : 'default'} size="xs" onClick={picker.open}>
          {path === null ? 'Choose a model' : 'Choose another'}
        </Button>
      </header>
      {path === null ? (
        <p className={classes.prompt}>
          A Vision Transformer in ONNX form, as timm, transformers or torch.onnx export it. Nothing is run before it is
          understood.
        </p>
      ) : (
        <p className={classes.path}>{path}</p>
      )}
      {path !== null && inspection.isPending && <Loading what="Reading the model" height={150} />}
      {inspection.isLoadingError && <InlineError error={inspection.error} retry={inspection.refetch} />}
      {inspection.data && <ModelReportView {...props} model={inspection.data} />}
      {path !== null && isAboutPrompts && !like && (
        <PromptsFields
          key={path}
          modelPath={path}
          choice={props.choice}
          text={props.promptsText}
          onType={props.onTypePrompts}
          onChooseFile={props.onChoosePromptsFile}
        />
      )}
      {path !== null && !isAboutPrompts && !like && (
        <ClassVectorsFields
          model={inspection.data}
          modelPath={path}
          choice={props.choice}
          onChange={props.onChangeVectors}
        />
      )}
      {path !== null && offersLikeness && <LikenessFields modelPath={path} choice={props.choice} {...props.likeness} />}
      <PathPicker
        opened={picking}
        onClose={picker.close}
        wanted="model"
        title="Choose a model"
        startAt={path && folderOf(path)}
        onPick={onChoose}
      />
    </section>
  )
}

/** Tokens and where they lie; where layers have tokens of their own, the matrices of each. */
function attentionFacts(model: ModelInfo): [string, string][] {
  const { grid, tokens, prefixTokens, suffixTokens, sites } = model
  if (sites) {
    const shapes: [string, string][] = [['Attention', sitesInWords(sites).join('; ')]]
    return model.noMaps === undefined ? [...shapes, ['Patch grid', `${grid[0]} × ${grid[1]}`]] : shapes
  }
  const behind = suffixTokens ? `, ${suffixTokens} behind them` : ''
  return [
    ['Patch grid', `${grid[0]} × ${grid[1]}`],
    ['Tokens', `${tokens}, ${prefixTokens} before the patches${behind}`],
    ['Read-out', readoutText(model)],
  ]
}

function ModelReportView({ model, choice, ...fields }: ModelSectionProps & { model: ModelInfo & ModelFiles }) {
  if (model.promptsMissing) {
    return (
      <p className={classes.verdict}>
        <IconInfoCircle size={17} aria-hidden /> Its classes are prompts, which are still to be given below.
      </p>
    )
  }
  if (!model.supported) {
    return (
      <div role="alert">
        <p className={classes.verdict} data-good={false}>
          <IconCircleX size={17} aria-hidden /> Not supported
        </p>
        <ul className={classes.reasons}>
          {model.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
        <TowerField model={model} onChoose={fields.onChooseTower} />
      </div>
    )
  }
  const { preprocessing } = model
  return (
    <>
      <p className={classes.verdict} data-good>
        <IconCircleCheck size={17} aria-hidden /> Supported: {headsInWords(model)}
      </p>
      <Facts
        facts={[
          ...attentionFacts(model),
          ['Input', `${model.input.name} [${model.input.shape.join(', ')}]`],
          ['Classes', `${model.classes}, names from ${model.labelsSource}`],
          ['Preprocessing', `${preprocessing.size.width} × ${preprocessing.size.height}, from ${preprocessing.source}`],
          ['Opset', `${model.opset}${model.producer ? `, written by ${model.producer}` : ''}`],
          ['Batch', model.dynamicBatch ? 'any' : 'fixed by the model'],
          ['File', formatBytes(model.bytes)],
          ['SHA-256', <code title={model.hash}>{model.hash.slice(0, 12)}…</code>],
        ]}
      />
      {model.noMaps !== undefined && <p className={classes.prompt}>No maps: {model.noMaps}</p>}
      {model.notes?.map((note) => (
        <p key={note} className={classes.prompt}>
          {note}
        </p>
      ))}
      <TowerField model={model} onChoose={fields.onChooseTower} />
      <OutputFields model={model} {...fields} />
      <CertificateReport path={model.path} choice={choice} />
    </>
  )
}
