/** The execution providers, and the order in which they are tried. */
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ort } from '@headlight/explain/node'
import type { ProviderId } from '@shared/api'

/** The providers that 'auto' tries, best first; the last is always cpu. */
export function automaticOrder(platform: NodeJS.Platform = process.platform): ProviderId[] {
  switch (platform) {
    case 'win32':
      return ['cuda', 'dml', 'webgpu', 'cpu']
    case 'darwin':
      return ['coreml', 'webgpu', 'cpu']
    default:
      return ['cuda', 'webgpu', 'cpu']
  }
}

/** Why a provider cannot work on this machine, found without starting it; null where it may work. */
export function absence(provider: ProviderId): string | null {
  if (provider === 'cpu') return null
  if (!ort.listSupportedBackends().some((backend) => backend.name === provider)) {
    return `not a part of ONNX Runtime for ${process.platform} ${process.arch}`
  }
  if (provider === 'cuda' && !existsSync(join(nativeFolder(), cudaLibrary()))) {
    return 'not installed; with an NVIDIA card, run npm run setup:cuda'
  }
  if (provider === 'webgpu' && process.platform === 'linux' && !hasGraphicsDevice()) {
    return 'no graphics device on this machine'
  }
  return null
}

function nativeFolder(): string {
  const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  return join(root, 'bin', 'napi-v6', process.platform, process.arch)
}

function cudaLibrary(): string {
  return process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so'
}

/** A render node, an NVIDIA card or WSL's card; or a Vulkan driver that the user named. */
function hasGraphicsDevice(): boolean {
  if (process.env['VK_ICD_FILENAMES'] || process.env['VK_DRIVER_FILES']) return true
  if (existsSync('/dev/nvidiactl') || existsSync('/dev/dxg')) return true
  return existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD'))
}
