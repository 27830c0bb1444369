import { Button, Loader } from '@mantine/core'
import type { DatasetPicture, InputPreview, ModelInput, Preprocessing } from '@shared/api'
import { useEffect, useRef } from 'react'
import { allFail, useDatasetInputs, useDatasetPictures } from '../../api/new-project-queries'
import { InlineError } from '../../ui/Messages'
import { EncodedImage } from './EncodedImage'
import classes from './InputPreviews.module.css'
import { changedParts } from '@shared/preprocessing-changes'
import { fittingPreprocessing } from './preprocessing-form'

interface InputPreviewsProps {
  dataPath: string
  preprocessing: Preprocessing
  onChange: (preprocessing: Preprocessing) => void
}

/** Some samples as they are, with the part that the model sees, and beside each the pixels that it is fed. */
export function InputPreviews({ dataPath, preprocessing, onChange }: InputPreviewsProps) {
  const pictures = useDatasetPictures(dataPath)
  const inputs = useDatasetInputs(dataPath, preprocessing)
  const error = inputs.error ?? pictures.error
  return (
    <section aria-label="What the model sees" aria-busy={inputs.isFetching}>
      <h3 className={classes.heading}>
        What the model sees {inputs.isFetching && <Loader size={12} color="gray" role="img" aria-label="Preparing" />}
      </h3>
      {error && <InlineError error={error} />}
      {allFail(inputs.data) && <Mend preprocessing={preprocessing} onChange={onChange} />}
      <div className={classes.pairs}>
        {inputs.data?.map((preview, index) => (
          <Pair key={preview.path} preview={preview} picture={pictures.data?.[index]} />
        ))}
      </div>
    </section>
  )
}

/** None of the pictures becomes an input: offers the preprocessing that fits pictures of any shape. */
function Mend({ preprocessing, onChange }: Omit<InputPreviewsProps, 'dataPath'>) {
  const fitting = fittingPreprocessing(preprocessing, preprocessing.size)
  const { height, width } = preprocessing.size
  const crop = height === width ? width : `${width} × ${height}`
  if (changedParts(preprocessing, fitting).size === 0) return null
  return (
    <p role="alert">
      None of these pictures fits the model.{' '}
      <Button size="compact-xs" onClick={() => onChange(fitting)}>
        Shortest edge {fitting.resize.height}, crop {crop}
      </Button>
    </p>
  )
}

function Pair({
  preview: { path, input, error },
  picture,
}: {
  preview: InputPreview
  picture: DatasetPicture | undefined
}) {
  return (
    <figure className={classes.pair}>
      <div className={classes.pictures}>
        <div className={classes.original} data-empty={!picture?.image || undefined}>
          {picture?.image && <EncodedImage bytes={picture.image} alt={`${path} as it is`} />}
          {input && <CropFrame seen={input.seen} />}
        </div>
        {input && <InputPixels input={input} label={`${path} as the model sees it`} />}
      </div>
      <figcaption>
        <span className={classes.path} title={path}>
          {path}
        </span>
        {input ? <InputFacts input={input} /> : <span className={classes.error}>{error}</span>}
      </figcaption>
    </figure>
  )
}

/** The part that is seen, as shares of the original; nothing where that is all of it. */
function CropFrame({ seen: { left, top, right, bottom } }: { seen: ModelInput['seen'] }) {
  if (left <= 0 && top <= 0 && right >= 1 && bottom >= 1) return null
  const percent = (share: number) => `${(share * 100).toFixed(3)}%`
  const style = { left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top) }
  return <span className={classes.frame} style={style} data-testid="crop-frame" />
}

/** One canvas pixel for one pixel of the tensor. */
function InputPixels({ input, label }: { input: ModelInput; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { rgb, width, height } = input
  useEffect(() => {
    const image = new ImageData(width, height)
    for (let pixel = 0; pixel < width * height; pixel++) {
      image.data.set([rgb[pixel * 3]!, rgb[pixel * 3 + 1]!, rgb[pixel * 3 + 2]!, 255], pixel * 4)
    }
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0)
  }, [rgb, width, height])
  return <canvas ref={canvas} className={classes.input} width={width} height={height} role="img" aria-label={label} />
}

function InputFacts({ input: { original, width, height, range } }: { input: ModelInput }) {
  const low = Math.min(...range.map(([minimum]) => minimum))
  const high = Math.max(...range.map(([, maximum]) => maximum))
  return (
    <span className={classes.facts}>
      {original.width} × {original.height} → {width} × {height}, values {low.toFixed(2)} to {high.toFixed(2)}
    </span>
  )
}
