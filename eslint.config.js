import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import tseslint from 'typescript-eslint'

/** The layers of src-main, lowest first. A layer may import itself, the layers below it and src-shared. */
const layers = [
  ['onnx'],
  ['autodiff'],
  ['explain'],
  ['process', 'datasets'],
  ['compute', 'library', 'figures'],
  ['runs', 'exports'],
  ['service'],
  ['shell'],
  ['cli'],
  ['entry'],
]

const electronMessage = 'Only src-main/shell and the electron and preload entries import electron.'

/** One boundary rule a layer: what it must not import, with a sentence that says why. */
const boundaries = layers.flatMap((names, level) =>
  names.map((name) => {
    const above = [...layers.slice(level + 1).flat(), ...names.filter((other) => other !== name)]
    const patterns = above.map((other) => ({
      group: [`**/${other}/*`, `**/${other}`, `!@shared/**`],
      message: `src-main/${name} lies below or beside ${other}: imports go entry -> cli -> shell -> service -> runs -> library, compute -> datasets, explain -> autodiff -> onnx.`,
    }))
    patterns.push({ group: ['**/src-renderer/**'], message: 'src-main never imports the window.' })
    const paths = [
      name === 'shell' || name === 'entry'
        ? { name: 'electron', importNames: ['ipcMain'], message: 'Pages talk over the port that they were given only.' }
        : { name: 'electron', message: electronMessage },
      {
        name: 'onnxruntime-node',
        allowTypeImports: true,
        message: 'compute/ort.ts loads ONNX Runtime with its telemetry off.',
      },
    ]
    return {
      files: [`src-main/${name}/**/*.ts`],
      ignores: ['**/*.test.ts'],
      rules: { 'no-restricted-imports': ['error', { patterns, paths }] },
    }
  }),
)

export default tseslint.config(
  { ignores: ['node_modules', 'out', 'dist', 'models', 'test-results', 'playwright-report'] },
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
  { files: ['**/*.mjs', '**/*.js', 'src-main/**', 'e2e/**', 'scripts/**'], languageOptions: { globals: globals.node } },
  { files: ['src-renderer/**'], languageOptions: { globals: globals.browser } },
  { files: ['src-renderer/**/*.tsx', 'src-renderer/**/*.ts'], ...reactHooks.configs.flat['recommended-latest'] },
  ...boundaries,
  {
    files: ['src-main/**/*.ts'],
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
    files: ['src-shared/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', 'fs', 'path', 'electron', 'react', '**/src-main/**', '**/src-renderer/**'],
              message: 'src-shared imports neither Node nor DOM.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src-renderer/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/src-main/**', 'node:*', 'electron', 'fs', 'path'],
              message: 'The window talks to the main side through src-renderer/api only.',
            },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'Property[key.name="queryKey"] ArrayExpression, CallExpression[callee.property.name=/^(get|set)Quer/] > ArrayExpression',
          message: 'Keys of queries are built by api/query-keys.ts, so that leaving a project forgets one prefix.',
        },
      ],
    },
  },
  {
    files: ['src-renderer/**'],
    ignores: ['src-renderer/api/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/src-main/**', 'node:*', 'electron', 'fs', 'path', '**/api/service', '**/api/client'],
              message: 'Calls of the service are hooks and functions of src-renderer/api.',
            },
          ],
        },
      ],
    },
  },
)
