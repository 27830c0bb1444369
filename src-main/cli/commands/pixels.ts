import { basename, resolve } from 'node:path'
import type { FoundPreprocessing, ModelFiles } from '@shared/api'
import { preprocessingSteps, stepInWords } from '@shared/preprocessing-steps'
import { withResizeBackend } from '@shared/resize-backend'
import { readPreprocessing } from '../../compute/model-files'
import { writeNpy } from '@headlight/explain/files'
import { type CommandContext, EXIT } from '../command'
import { required, text } from '../options'
import { usage } from '../usage'
import { resizeBackend } from '../resize-backend-option'

/** Pictures that are decoded in one call, so that the tensors under way stay small. */
const AT_ONCE = 32

export async function execute({ positionals, options, output, backend }: CommandContext): Promise<number> {
  const [modelPath, ...images] = positionals
  if (modelPath === undefined || images.length === 0) throw usage('pixels takes a model and one picture or more.')
  const out = resolve(required(options, 'out'))
  const compute = backend().compute.acquire()
  const model = await compute.inspect(resolve(modelPath))
  const file = text(options, 'preprocess')
  const found = file === undefined ? foundBeside(model) : await readPreprocessing(resolve(file), model)
  const { origins } = found
  const backendAsked = resizeBackend(options)
  const preprocessing = backendAsked ? withResizeBackend(found.preprocessing, backendAsked) : found.preprocessing
  const { size, channels } = preprocessing
  const dims = [images.length, channels, size.height, size.width]
  const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1))
  const warnings = [...found.warnings]
  for (let first = 0; first < images.length; first += AT_ONCE) {
    const some = images.slice(first, first + AT_ONCE)
    const tensors = await compute.inputTensors(
      some.map((image) => resolve(image)),
      preprocessing,
    )
    tensors.forEach(({ values, notes }, index) => {
      data.set(values, (first + index) * values.length)
      warnings.push(...notes.map((note) => `${basename(some[index]!)}: ${note}`))
    })
  }
  await writeNpy(out, dims, data)
  const steps = preprocessingSteps(preprocessing, origins)
  output.document({ steps, warnings, out, shape: dims })
  for (const step of steps) {
    const defaults = step.defaults ? ` (${step.defaults.join(', ')}: default)` : ''
    output.line(`${stepInWords(step)}  [${step.from}${defaults}]`)
  }
  for (const warning of warnings) output.note(warning)
  output.line(`${out}  [${dims.join(', ')}]`)
  return EXIT.done
}

function foundBeside(model: ModelFiles): FoundPreprocessing {
  const { preprocessing, preprocessingOrigins: origins, preprocessingWarnings: warnings } = model
  return { preprocessing, origins, warnings }
}
