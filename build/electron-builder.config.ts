/** How the desktop application is packaged: `npm run package`, on a machine that can fetch Electron's binary. */
import type { Configuration } from 'electron-builder'

/**
 * Switches inside Electron's binary, which nothing can turn back on from outside: the packaged program runs the code of
 * its own archive, checked, and cannot be made a Node that runs another's.
 */
export const fuses = {
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableCookieEncryption: true,
  onlyLoadAppFromAsar: true,
  enableEmbeddedAsarIntegrityValidation: true,
  grantFileProtocolExtraPrivileges: false,
  loadBrowserProcessSpecificV8Snapshot: false,
} satisfies Configuration['electronFuses']

/** What runs, beside the production dependencies, which electron-builder adds. Everything else stays out by itself. */
const files = [
  'out/**',
  'models/demo/**',
  '!models/demo/reference/**',
  'LICENSE',
  'THIRD-PARTY-NOTICES.md',
  'licenses/**',
  '!**/*.{map,ts,cts,mts}',
  // Plain Node for npm scripts; the packaged program runs on Electron's.
  '!node_modules/node-{linux,win}-*/**',
  '!node_modules/node-bin-*/**',
  // Binaries of other platforms, and the scripts that download more.
  '!node_modules/onnxruntime-node/bin/napi-v*/!(${platform})/**',
  '!node_modules/onnxruntime-node/bin/napi-v*/${platform}/!(${arch})/**',
  '!node_modules/onnxruntime-node/script/**',
  '!node_modules/{global-agent,adm-zip}/**',
  '!node_modules/fontverter/testdata/**',
  // Two weights of each family are set in figures.
  '!node_modules/@expo-google-fonts/*/!(400Regular|600SemiBold)/**',
  '!node_modules/better-sqlite3/{deps,src}/**',
  '!node_modules/better-sqlite3/prebuilds/!(${platform}-${arch}).node',
]

const config: Configuration = {
  appId: 'org.headlight.app',
  productName: 'Headlight',
  directories: { buildResources: 'build', output: 'dist' },
  files,
  asar: true,
  // Native code, and pictures and fonts that native code reads by their path.
  asarUnpack: [
    '**/*.node',
    'node_modules/onnxruntime-node/bin/**',
    'node_modules/@img/**',
    'models/demo/**',
    '**/*.ttf',
  ],
  electronFuses: fuses,
  // Every native dependency ships Node-API binaries.
  npmRebuild: false,
  // No updater: the program opens no connection.
  publish: null,
  // A project is a folder: a document only where the system knows folders that are documents, which macOS does.
  fileAssociations: [
    { ext: 'onnx', name: 'ONNX model', mimeType: 'application/x-onnx', role: 'Viewer', rank: 'Alternate' },
    { ext: 'headlight', name: 'Headlight project', role: 'Editor', isPackage: true },
  ],
  linux: { target: ['AppImage', 'tar.gz'], category: 'Science', icon: 'build/icons', executableName: 'headlight' },
  mac: { target: ['dmg'], category: 'public.app-category.developer-tools', hardenedRuntime: true },
  win: { target: ['nsis'] },
}

export default config
