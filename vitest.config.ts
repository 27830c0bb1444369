import { defineConfig } from 'vitest/config'
import { sourceAliases } from './build/source-aliases.ts'

export default defineConfig({
  resolve: { alias: sourceAliases },
  test: {
    // ONNX Runtime and better-sqlite3 are native: child processes keep a crash in its own test file.
    pool: 'forks',
    // The colours are tested by their values; other style sheets are passed over.
    css: { include: [/tokens\.css/] },
    // States are waited for, however long a busy machine takes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'functions',
          include: ['packages/**/*.test.ts', 'src-shared/**/*.test.ts', 'src-renderer/**/*.test.{ts,tsx}'],
          // They change nothing around them, so that files share a process and what it has loaded.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'program',
          include: ['src-main/**/*.test.ts', 'build/*.test.ts', 'scripts/**/*.test.ts'],
          // Threads start from the built program, whatever a test starts itself.
          globalSetup: ['src-main/service/testing/ensure-built.ts', 'src-main/service/testing/shared-certificates.ts'],
        },
      },
    ],
  },
})
