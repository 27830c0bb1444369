/**
 * Packages the built program around a stand-in for Electron's binary, which npm does not install: what electron-builder
 * makes of the configuration, which files it takes along, and which switches it turns in the binary.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listPackage } from '@electron/asar'
import { Arch, Platform, build } from 'electron-builder'
import { afterAll, beforeAll, expect, test } from 'vitest'
import config from './electron-builder.config'

/** What marks the fuses in Electron's binary: this text, a version, their number, and a character for each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** As Electron ships them: Node's ways in are open, the archive is not checked. */
const SHIPPED = '10110001'
const OTHERS = ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'chrome_crashpad_handler', 'version']

/** Dependencies hold native code of this machine only. */
const canPackage = process.platform === 'linux' && existsSync('out/main/electron.js')
const arch = process.arch === 'arm64' ? Arch.arm64 : Arch.x64
let folder: string
let packaged: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-package-'))
  packaged = join(folder, 'made', arch === Arch.x64 ? 'linux-unpacked' : 'linux-arm64-unpacked')
  if (!canPackage) return
  const electronDist = join(folder, 'electron')
  mkdirSync(join(electronDist, 'resources'), { recursive: true })
  for (const name of OTHERS) writeFileSync(join(electronDist, name), 'x')
  writeFileSync(join(electronDist, 'electron'), `${SENTINEL}\x01${String.fromCharCode(SHIPPED.length)}${SHIPPED}`)
  chmodSync(join(electronDist, 'electron'), 0o755)
  await build({
    targets: Platform.LINUX.createTarget('dir', arch),
    publish: 'never',
    config: { ...config, electronDist, directories: { ...config.directories, output: join(folder, 'made') } },
  })
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.skipIf(!canPackage)('the binary runs its own archive, checked, and is no Node for others', () => {
  const binary = readFileSync(join(packaged, 'headlight'), 'latin1')
  const fuses = binary.slice(binary.indexOf(SENTINEL) + SENTINEL.length + 2)
  expect(fuses).toBe(
    [
      '0', // runAsNode
      '1', // cookie encryption
      '0', // NODE_OPTIONS
      '0', // --inspect
      '1', // the archive's integrity is checked
      '1', // only the archive is loaded
      '0', // a V8 snapshot of its own
      '0', // privileges of file://
    ].join(''),
  )
})

test.skipIf(!canPackage)('the archive holds what runs, and nothing of the workshop', () => {
  const names = listPackage(join(packaged, 'resources', 'app.asar'), { isPack: false })
  const top = new Set(names.map((name) => name.split('/')[1]))
  expect([...top].sort()).toEqual([
    ...['LICENSE', 'THIRD-PARTY-NOTICES.md', 'licenses', 'models', 'node_modules', 'out', 'package.json'],
  ])
  for (const wanted of [
    '/out/main/electron.js',
    '/out/main/compute.js',
    '/out/preload/preload.cjs',
    '/out/renderer/index.html',
    '/models/demo/clutter-vit.onnx',
  ]) {
    expect(names).toContain(wanted)
  }
  const modules = new Set(names.filter((name) => name.startsWith('/node_modules/')).map((name) => name.split('/')[2]))
  for (const name of [
    'electron',
    'vite',
    'vitest',
    '@playwright',
    'typescript',
    'fast-check',
    'electron-builder',
    'global-agent',
  ]) {
    expect(modules).not.toContain(name)
  }
  expect([...modules].filter((name) => /^node-(linux|win|bin)/.test(name ?? ''))).toEqual([])
  expect(names.filter((name) => name.startsWith('/models/') && !name.startsWith('/models/demo/'))).toEqual([
    '/models/demo',
  ])
  expect(names.filter((name) => /\.(map|[cm]?ts)$|\.test\.|onnxruntime-node\/script\/./.test(name))).toEqual([])
})

test.skipIf(!canPackage)('native code lies outside the archive, for one platform', () => {
  const natives = listPackage(join(packaged, 'resources', 'app.asar'), { isPack: false }).filter((name) =>
    /\.(node|dll|dylib|ttf)$|\.so(\.|$)/.test(name),
  )
  const ofOtherPlatforms = (name: string) =>
    !name.endsWith('.ttf') && !new RegExp(`linux[-/]${process.arch}`).test(name)
  expect(natives.filter(ofOtherPlatforms)).toEqual([])
  // SQLite, ONNX Runtime, sharp and resvg; and the four fonts that resvg reads by their path.
  expect(natives.filter((name) => name.endsWith('.node'))).toHaveLength(4)
  expect(natives.filter((name) => name.endsWith('.ttf'))).toHaveLength(4)
  for (const name of natives)
    expect(existsSync(join(packaged, 'resources', 'app.asar.unpacked', name)), name).toBe(true)
})
