import { Button, NativeSelect } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ModelInfo } from '@shared/api'
import type { ClassVectorKind, FeatureReadout } from '@headlight/explain/report'
import type { ModelChoice } from '../../api/queries'
import { PathPicker } from '../../ui/PathPicker'
import classes from './NewProjectScreen.module.css'
import { folderOf } from './model-words'

export interface ClassVectorsChange {
  /** Null takes the class vectors away. */
  path?: string | null
  kind?: ClassVectorKind | null
  features?: FeatureReadout | null
}

interface ClassVectorsFieldsProps {
  /** Undefined while the model is not read, or does not fit the vectors. */
  model: ModelInfo | undefined
  modelPath: string
  choice: ModelChoice
  onChange: (change: ClassVectorsChange) => void
}

const FILES = {
  names: /\.(npz|npy|csv|tsv|parquet|safetensors)$/i,
  hint: 'Choose a .npz, .npy, .csv, .parquet or .safetensors with one vector a class.',
}

const KINDS = [
  { value: '', label: 'As the file says' },
  { value: 'cosine', label: 'By cosine (prompts, zero-shot)' },
  { value: 'linear', label: 'As weights of a linear probe' },
]

export const READOUTS = [
  { value: '', label: 'The output has one vector a picture' },
  { value: 'cls', label: 'Class token' },
  { value: 'mean', label: 'Mean of the patches' },
  { value: 'cls+mean', label: 'Class token, then patch mean' },
]

/** Vectors of the classes, for a model that gives features; nothing where it gives classes. */
export function ClassVectorsFields({ model, modelPath, choice, onChange }: ClassVectorsFieldsProps) {
  const [picking, picker] = useDisclosure(false)
  const { classes: vectors, features } = choice
  if (!vectors && !(model && givesFeatures(model))) return null
  return (
    <div role="group" aria-label="Class vectors">
      <h3 className={classes.subheading}>Class vectors</h3>
      <p className={classes.path}>
        {vectors
          ? (vectors.source ?? vectors.path)
          : 'This model gives features. With one vector a class (embeddings of prompts, the weights of a linear probe) they become classes.'}
      </p>
      {vectors && (
        <div className={classes.parts}>
          <NativeSelect
            size="xs"
            label="Vectors are compared"
            value={vectors.kind ?? ''}
            data={KINDS}
            onChange={(event) => onChange({ kind: (event.currentTarget.value || null) as ClassVectorKind | null })}
          />
          <NativeSelect
            size="xs"
            label="Features are read from"
            value={features ?? ''}
            data={READOUTS}
            onChange={(event) => onChange({ features: (event.currentTarget.value || null) as FeatureReadout | null })}
          />
        </div>
      )}
      <div className={classes.promptActions}>
        <Button size="xs" variant="default" onClick={picker.open}>
          {vectors ? 'Choose other class vectors' : 'Choose class vectors'}
        </Button>
        {vectors && (
          <Button size="xs" variant="default" onClick={() => onChange({ path: null })}>
            Without class vectors
          </Button>
        )}
      </div>
      <PathPicker
        opened={picking}
        onClose={picker.close}
        wanted="file"
        accept={FILES}
        title="Choose class vectors"
        startAt={folderOf(vectors?.path ?? modelPath)}
        onPick={(path) => onChange({ path })}
      />
    </div>
  )
}

/** Whether what a model gives looks like features: by the name of the explained output, or since there is nothing else. */
export function givesFeatures({ supported, output, features = [] }: ModelInfo): boolean {
  return supported ? features.some(({ name }) => name === output) : features.length > 0
}
