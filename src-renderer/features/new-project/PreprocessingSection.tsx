import { Button, Checkbox, NativeSelect, NumberInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ModelFiles, ModelInfo, Preprocessing, PreprocessingPart } from '@shared/api'
import { preprocessingMismatch } from '@shared/preprocessing'
import { changedParts, standingWarnings } from '@shared/preprocessing-changes'
import { preprocessingSteps } from '@shared/preprocessing-steps'
import { type ResizeBackend, resizeBackendOf, torchvisionHas } from '@shared/resize-backend'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import { InlineError } from '../../ui/Messages'
import { PathPicker } from '../../ui/PathPicker'
import { InputPreviews } from './InputPreviews'
import classes from './NewProjectScreen.module.css'
import { ParsedInput } from './ParsedInput'
import { PreprocessingSteps } from './PreprocessingSteps'
import { folderOf } from './model-words'
import { formatFactor, parseChannels, parseFactor, withLibrary, withPart } from './preprocessing-form'
import { Loading } from '../../ui/Loading'

interface PreprocessingSectionProps {
  model: ModelInfo | undefined
  files: UseQueryResult<ModelFiles>
  /** What the run will use; null before the model is read. */
  preprocessing: Preprocessing | null
  dataPath: string | null
  onChange: (preprocessing: Preprocessing | null) => void
  onChooseFile: (path: string) => void
}

const CONFIGURATION = { names: /\.json$/i, hint: "Choose a preprocessor_config.json, or timm's config.json." }

/** From image files to the model's input: what was found, where, and what comes out. */
export function PreprocessingSection(props: PreprocessingSectionProps) {
  const { model, files, preprocessing, dataPath, onChange, onChooseFile } = props
  const [picking, picker] = useDisclosure(false)
  const mismatch = model && preprocessing && preprocessingMismatch(preprocessing, model)
  const changed = files.data && preprocessing ? changedParts(files.data.preprocessing, preprocessing) : new Set()
  return (
    <section className={classes.card} aria-label="Preprocessing">
      <header className={classes.cardTitle}>
        <h2>Preprocessing</h2>
        <div className={classes.cardActions}>
          {changed.size > 0 && (
            <Button size="xs" onClick={() => onChange(null)}>
              Back to what was found
            </Button>
          )}
          <Button size="xs" disabled={!model} onClick={picker.open}>
            Choose a file
          </Button>
        </div>
      </header>
      {!model && (
        <p className={classes.prompt}>Found beside the model, once that is chosen; every part can be changed.</p>
      )}
      {model && files.isPending && <Loading what="Reading the files beside the model" height={120} />}
      {files.isError && <InlineError error={files.error} />}
      {files.data && preprocessing && (
        <>
          {standingWarnings(files.data, preprocessing).map((warning) => (
            <Warning key={warning}>{warning}</Warning>
          ))}
          {mismatch && <Warning>This does not fit the model: it {mismatch}.</Warning>}
          <Fields found={files.data} preprocessing={preprocessing} onChange={onChange} />
          <PreprocessingSteps steps={preprocessingSteps(preprocessing, originsShown(files.data, preprocessing))} />
          {dataPath === null ? (
            <p className={classes.prompt}>Choose images to see what the model will see of them.</p>
          ) : (
            <InputPreviews dataPath={dataPath} preprocessing={preprocessing} onChange={onChange} />
          )}
        </>
      )}
      <PathPicker
        opened={picking}
        onClose={picker.close}
        wanted="file"
        accept={CONFIGURATION}
        title="Choose a preprocessing file"
        startAt={model ? folderOf(model.path) : null}
        onPick={onChooseFile}
      />
    </section>
  )
}

/** Where each part of what is shown comes from: the files, or the user's hand. */
function originsShown(found: ModelFiles, shown: Preprocessing): ModelFiles['preprocessingOrigins'] {
  const changed = changedParts(found.preprocessing, shown)
  const origins = { ...found.preprocessingOrigins }
  for (const part of changed) origins[part] = 'changed here'
  return origins
}

function Warning({ children }: { children: React.ReactNode }) {
  return (
    <p className={classes.verdict} data-good={false} role="alert">
      <IconAlertTriangle size={16} aria-hidden /> <span>{children}</span>
    </p>
  )
}

interface FieldsProps {
  found: ModelFiles
  preprocessing: Preprocessing
  onChange: (preprocessing: Preprocessing) => void
}

function Fields({ found, preprocessing, onChange }: FieldsProps) {
  const { resize, centerCrop, rescale, mean, std, channels, size } = preprocessing
  const changed = changedParts(found.preprocessing, preprocessing)
  const library = resizeBackendOf(preprocessing)
  const origin = (part: PreprocessingPart) => {
    if (changed.has(part)) return 'changed here'
    const from = found.preprocessingOrigins[part]
    return from.includes('default') ? from : `from ${from}`
  }
  const change = (part: Partial<Preprocessing>) => onChange(withPart(preprocessing, part))
  const pixels = (label: string, value: number, set: (value: number) => void) => (
    <NumberInput
      size="xs"
      label={label}
      min={1}
      max={16384}
      allowDecimal={false}
      value={value}
      onChange={(next) => typeof next === 'number' && next >= 1 && set(next)}
    />
  )
  return (
    <div className={classes.parts}>
      <NativeSelect
        size="xs"
        label="Resize"
        description={origin('resize')}
        value={resize.mode}
        data={[
          { value: 'shortest', label: 'Shortest edge' },
          { value: 'longest', label: 'Longest edge' },
          { value: 'exact', label: 'Exact size' },
          { value: 'none', label: 'None' },
        ]}
        onChange={(event) => change({ resize: { ...resize, mode: event.currentTarget.value as typeof resize.mode } })}
      />
      {(resize.mode === 'shortest' || resize.mode === 'longest') &&
        pixels(
          resize.mode === 'shortest' ? 'Shortest edge, pixels' : 'Longest edge, pixels',
          Math.min(resize.height, resize.width),
          (edge) => change({ resize: { ...resize, height: edge, width: edge } }),
        )}
      {resize.mode === 'exact' && (
        <>
          {pixels('Width, pixels', resize.width, (width) => change({ resize: { ...resize, width } }))}
          {pixels('Height, pixels', resize.height, (height) => change({ resize: { ...resize, height } }))}
        </>
      )}
      <NativeSelect
        size="xs"
        label="Interpolation"
        description={origin('interpolation')}
        value={resize.interpolation}
        data={['nearest', 'bilinear', 'bicubic', 'lanczos', 'box', 'hamming']}
        onChange={(event) =>
          change({ resize: { ...resize, interpolation: event.currentTarget.value as typeof resize.interpolation } })
        }
      />
      {library?.open && (
        <NativeSelect
          size="xs"
          label="Resampling library"
          description={library.asked ? 'changed here' : 'assumed: the configuration does not say'}
          title="transformers 5 resizes with torchvision where it is installed, else with Pillow; the levels differ"
          value={library.backend}
          data={[
            { value: 'pillow', label: 'Pillow' },
            { value: 'torchvision', label: 'torchvision', disabled: !torchvisionHas(resize.interpolation) },
          ]}
          onChange={(event) => onChange(withLibrary(preprocessing, event.currentTarget.value as ResizeBackend))}
        />
      )}
      <Checkbox
        size="xs"
        label="Central crop"
        description={origin('crop')}
        checked={centerCrop !== null}
        onChange={(event) => change({ centerCrop: event.currentTarget.checked ? size : null })}
      />
      {centerCrop && (
        <>
          {pixels('Crop width', centerCrop.width, (width) => change({ centerCrop: { ...centerCrop, width } }))}
          {pixels('Crop height', centerCrop.height, (height) => change({ centerCrop: { ...centerCrop, height } }))}
        </>
      )}
      <ParsedInput
        label="Rescale"
        description={origin('rescale')}
        written={formatFactor(rescale)}
        parse={parseFactor}
        problem="A positive number, such as 1/255"
        onChange={(value) => change({ rescale: value })}
      />
      <ParsedInput
        label="Mean"
        description={origin('mean')}
        written={mean.join(', ')}
        parse={(text) => parseChannels(text, channels)}
        problem={`${channels} numbers, or one for all channels`}
        onChange={(values) => change({ mean: values })}
      />
      <ParsedInput
        label="Std"
        description={origin('std')}
        written={std.join(', ')}
        parse={(text) => parseChannels(text, channels, 0)}
        problem={`${channels} positive numbers, or one for all channels`}
        onChange={(values) => change({ std: values })}
      />
    </div>
  )
}
