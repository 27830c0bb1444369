import { Button, NativeSelect } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { DatasetReport } from '@shared/api'
import type { FeatureReadout } from '@headlight/explain/report'
import { IMAGE_ENDINGS } from '@shared/dataset-kinds'
import type { ModelChoice } from '../../api/queries'
import { PathPicker } from '../../ui/PathPicker'
import { formatCount } from '../../ui/format'
import { READOUTS } from './ClassVectorsFields'
import classes from './NewProjectScreen.module.css'
import { folderOf } from './model-words'

export interface LikenessFieldsProps {
  modelPath: string
  choice: ModelChoice
  /** Undefined while no images are chosen, or they are not listed. */
  dataset: DatasetReport | undefined
  /** Null compares with nothing. */
  onChoose: (like: { path: string } | { label: string } | null) => void
  onChooseReadout: (readout: FeatureReadout | null) => void
}

const PICTURES = { names: new RegExp(`\\.(${IMAGE_ENDINGS.join('|')})$`, 'i'), hint: 'Choose a picture.' }

/** What the images of the run are compared with: a picture, a folder of pictures, or the images of a label. */
export function LikenessFields({ modelPath, choice, dataset, onChoose, onChooseReadout }: LikenessFieldsProps) {
  const [picture, picturePicker] = useDisclosure(false)
  const [folder, folderPicker] = useDisclosure(false)
  const { classes: chosen, features } = choice
  const like = chosen?.like
  const labels = dataset?.classes ?? []
  // The images may be listed after the fields are shown.
  const startAt = dataset?.path ?? folderOf(modelPath)
  return (
    <div role="group" aria-label="Likeness">
      <h3 className={classes.subheading}>Likeness</h3>
      <p className={classes.path}>
        {!chosen || !like
          ? 'Instead of classes: why is each image like a picture, or like the mean of a group? The cosine of their features is explained.'
          : like.label === undefined
            ? chosen.path
            : `The images of the label ${like.label}`}
      </p>
      <div className={classes.parts}>
        {labels.length > 0 && (
          <NativeSelect
            size="xs"
            label="Like the images of a label"
            value={like?.label ?? ''}
            data={[
              { value: '', label: 'Choose a label' },
              ...labels.map(({ folder: label, count }) => ({
                value: label,
                label: `${label} (${formatCount(count)})`,
              })),
            ]}
            onChange={({ currentTarget: { value } }) => onChoose(value === '' ? null : { label: value })}
          />
        )}
        {like && (
          <NativeSelect
            size="xs"
            label="Features are read from"
            value={features ?? ''}
            data={READOUTS}
            onChange={(event) => onChooseReadout((event.currentTarget.value || null) as FeatureReadout | null)}
          />
        )}
      </div>
      <div className={classes.promptActions}>
        <Button size="xs" variant="default" onClick={picturePicker.open}>
          Choose a picture to compare with
        </Button>
        <Button size="xs" variant="default" onClick={folderPicker.open}>
          Choose a folder to compare with
        </Button>
        {like && (
          <Button size="xs" variant="default" onClick={() => onChoose(null)}>
            Without likeness
          </Button>
        )}
      </div>
      <PathPicker
        key={`picture ${startAt}`}
        opened={picture}
        onClose={picturePicker.close}
        wanted="file"
        accept={PICTURES}
        title="Choose a picture to compare with"
        startAt={startAt}
        onPick={(path) => onChoose({ path })}
      />
      <PathPicker
        key={`folder ${startAt}`}
        opened={folder}
        onClose={folderPicker.close}
        wanted="folder"
        title="Choose a folder to compare with"
        startAt={startAt}
        onPick={(path) => onChoose({ path })}
      />
    </div>
  )
}
