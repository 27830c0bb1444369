import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { softwareRendering } from './software-gpu'

/** Debian's chromium brings a Vulkan driver that is pure software. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json'

test.runIf(process.platform === 'linux' && existsSync(swiftShader))('SwiftShader is taken for what it is', async () => {
  const fixtures = resolve('src-main')
  const script = `
    const { softwareRendering } = await import('${fixtures}/compute/software-gpu.ts')
    console.log(await softwareRendering('webgpu'))
    process.exit(0)`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', `${fixtures}/process/fixtures/run-typescript.mjs`, '--input-type=module', '--eval', script],
    { env: { ...process.env, VK_ICD_FILENAMES: swiftShader } },
  )
  expect(stdout).toMatch(/^rendered in software/m)
})

test('the CPU itself is not suspicious', async () => {
  expect(await softwareRendering('cpu')).toBeNull()
})
