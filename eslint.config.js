import js from '@eslint/js'
import globals from 'globals'
import tseslint from 'typescript-eslint'
import { importsRule } from './scripts/lint/imports.mjs'
import { styleRule } from './scripts/lint/style.mjs'

/**
 * What may import what, a side each: layers lowest first, and modules that only some folders may import. A folder may import
 * itself and the rows below it, not what stands beside it in its row; `features/*` is each screen by itself.
 */
const MAIN = {
  root: 'src-main',
  layers: [
    ['process'],
    ['datasets'],
    ['compute', 'library', 'figures'],
    ['runs', 'exports'],
    ['service'],
    ['shell'],
    ['cli'],
    ['entry'],
  ],
  reserved: [
    {
      modules: ['electron'],
      from: ['shell', 'entry'],
      why: 'Only src-main/shell and the electron and preload entries import electron.',
    },
    {
      modules: ['onnxruntime-node'],
      from: [],
      types: true,
      why: '@headlight/explain/node loads ONNX Runtime with its telemetry off.',
    },
    { modules: ['@headlight/explain/testing'], from: [], why: 'What tests share is imported by tests.' },
    {
      modules: [
        'figures/figure',
        'exports/export-table',
        'exports/overlays/export-overlays',
        'exports/report/export-report',
        'service/export-work',
        'service/export-thread-api',
      ],
      from: ['figures', 'exports', 'service/export-work.ts', 'service/export-thread-api.ts', 'entry/exports.ts', 'cli'],
      types: true,
      why: 'The thread that answers windows makes no figures and exports: service/export-thread.ts has them made in another.',
    },
  ],
}

/** The package: index.ts stands above all of it. */
const EXPLAIN = {
  root: 'packages/explain/src',
  layers: [['errors'], ['files'], ['onnx'], ['runtime', 'autodiff'], ['explain'], ['testing']],
  reserved: [
    {
      modules: ['@shared/*', '@headlight/*', 'electron', 'react'],
      from: [],
      why: 'packages/explain depends on nothing of the program.',
    },
    {
      modules: ['onnxruntime-node', 'onnxruntime-web'],
      from: [],
      types: true,
      why: 'ONNX Runtime is handed in, or loaded by runtime/ort.ts with its telemetry off.',
    },
  ],
}

/** For src-shared and the window, which have no Node. */
const packageWithoutNode = {
  modules: ['', '/files', '/node', '/onnx', '/random', '/testing'].map((part) => `@headlight/explain${part}`),
  from: [],
  why: 'Only the parts of @headlight/explain that need no Node: class-inputs, errors, methods, report.',
}

const WINDOW = {
  root: 'src-renderer',
  layers: [['api'], ['base'], ['ui'], ['heatmap'], ['shared'], ['features/*'], ['app']],
  reserved: [
    {
      modules: ['node:*', 'electron', 'fs', 'path'],
      from: [],
      why: 'The window talks to the main side through src-renderer/api only.',
    },
    {
      modules: ['api/service', 'api/client'],
      from: ['api'],
      why: 'Calls of the service are hooks and functions of src-renderer/api.',
    },
    {
      modules: ['features/*'],
      from: ['features', 'app/screens.ts'],
      why: 'Only app/screens.ts imports screens, so that one is taken away with its folder and its entry there.',
    },
    packageWithoutNode,
  ],
}

const SHARED = {
  root: 'src-shared',
  reserved: [
    {
      modules: ['node:*', 'electron', 'react', 'fs', 'path'],
      from: [],
      why: 'src-shared imports neither Node nor DOM.',
    },
    packageWithoutNode,
  ],
}

/** Tests may reach over: they build what they test. Those of the window need not. */
const imports = [
  {
    files: ['packages/explain/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'headlight/imports': ['error', EXPLAIN] },
  },
  { files: ['src-main/**/*.ts'], ignores: ['**/*.test.ts'], rules: { 'headlight/imports': ['error', MAIN] } },
  { files: ['src-renderer/**/*.{ts,tsx}'], rules: { 'headlight/imports': ['error', WINDOW] } },
  { files: ['src-shared/**/*.ts'], ignores: ['**/*.test.ts'], rules: { 'headlight/imports': ['error', SHARED] } },
  {
    files: ['src-main/{shell,entry}/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'electron',
              importNames: ['ipcMain'],
              message: 'Pages talk over the port that they were given only.',
            },
          ],
        },
      ],
    },
  },
]

export default tseslint.config(
  { ignores: ['node_modules', 'out', '**/dist', 'models', 'test-results', 'playwright-report'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js', 'packages/**', 'src-main/**', 'e2e/**', 'scripts/**'],
    languageOptions: { globals: globals.node },
  },
  { files: ['src-renderer/**'], languageOptions: { globals: globals.browser } },
  { plugins: { headlight: { rules: { imports: importsRule, style: styleRule } } } },
  { rules: { 'headlight/style': 'error' } },
  ...imports,
  {
    files: ['src-main/**/*.ts', 'packages/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name="pipe"]',
          message: 'An error of the source ends the process: use `pipeline` of node:stream, which passes it on.',
        },
      ],
    },
  },
  {
    files: ['src-renderer/**'],
    ignores: ['src-renderer/api/stale.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name="invalidateQueries"]',
          message:
            'makeStale of api/stale.ts: invalidateQueries takes an answer that is under way for one after the change.',
        },
        {
          selector:
            'Property[key.name="queryKey"] ArrayExpression, CallExpression[callee.property.name=/^(get|set)Quer/] > ArrayExpression',
          message: 'Keys of queries are built by api/query-keys.ts, so that leaving a project forgets one prefix.',
        },
      ],
    },
  },
)
