/** Python, which reads what Headlight writes: Debian's interpreter, where its packages are (scripts/lib/test-tools.mjs). */
import { spawnSync } from 'node:child_process'

export const PYTHON = '/usr/bin/python3'

/** Whether it is there with these modules; tests that need them are skipped where not, and `npm test` names them. */
export const hasPythonModules = (...modules: string[]): boolean =>
  spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`]).status === 0
