import { analyseModel, onnxRuntimeLoader, openExplainer } from '@headlight/explain'
import { readNpy } from '@headlight/explain/files'
import { ort } from '@headlight/explain/node'

const load = onnxRuntimeLoader(ort)
const model = await analyseModel('vit.onnx', load)
const explainer = await openExplainer(model, load, { methods: ['gmar_l1'] })
const { logits, headL1, maps } = await explainer.explain(await readNpy('pixels.npy'), { targets: [1, 7] })
console.log(logits.dims, headL1, maps.gmar_l1)
