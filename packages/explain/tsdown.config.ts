import { defineConfig } from 'tsdown'

/** An entry for each key of `exports` in package.json. */
export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'class-inputs': 'src/explain/class-inputs.ts',
    errors: 'src/errors.ts',
    files: 'src/files/index.ts',
    methods: 'src/explain/method-catalogue.ts',
    node: 'src/runtime/ort.ts',
    onnx: 'src/onnx/index.ts',
    random: 'src/explain/random.ts',
    report: 'src/explain/report.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'es2024',
  fixedExtension: false,
  dts: true,
})
