import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import { sourceAliases } from './build/source-aliases.ts'

/** Screens have addresses like /runs/1/samples/2, so the window's files are asked for from the root, not beside them. */
const absoluteBase: Plugin = { name: 'headlight-absolute-base', config: () => ({ base: '/' }) }

/**
 * Dependencies that are bundled: plain JavaScript in many small files, which every process would look for and read one by one,
 * a third of a second each time. Native code, and what reads files of its own or asks for `require`, stays in node_modules.
 */
const BUNDLED = [
  '@bufbuild/protobuf',
  '@msgpack/msgpack',
  'commander',
  'csv-parse',
  'hyparquet',
  'lru-cache',
  'onnx-buf',
  'yauzl',
  'zod',
]

/** One bundle a process: every file of src-main/entry but the preload script is an entry of its own. */
export default defineConfig({
  main: {
    resolve: { alias: sourceAliases },
    build: {
      externalizeDeps: { exclude: BUNDLED },
      rollupOptions: {
        input: {
          electron: resolve('src-main/entry/electron.ts'),
          cli: resolve('src-main/entry/cli.ts'),
          compute: resolve('src-main/entry/compute.ts'),
          library: resolve('src-main/entry/library.ts'),
          exports: resolve('src-main/entry/exports.ts'),
          parquet: resolve('src-main/entry/parquet.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    resolve: { alias: sourceAliases },
    build: {
      externalizeDeps: true,
      // A sandboxed preload script has to be one CommonJS file.
      rollupOptions: {
        input: { preload: resolve('src-main/entry/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve('src-renderer'),
    resolve: { alias: sourceAliases },
    plugins: [react(), absoluteBase],
    build: {
      outDir: resolve('out/renderer'),
      minify: true,
      rollupOptions: { input: resolve('src-renderer/index.html') },
    },
  },
})
