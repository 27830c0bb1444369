/** The text of THIRD-PARTY-NOTICES.md. Plain JavaScript on any Node from 20. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from './repository.mjs'

const SECTIONS = [
  {
    licence: /LGPL/,
    title: 'Under the GNU Lesser General Public License',
    text: 'These packages hold shared libraries that the program loads as separate files: in the packaged application they lie in `app.asar.unpacked/node_modules/@img/`, and a changed build of the same interface can be put in their place. libvips and what is linked into it are listed, with versions and sources, in each package’s `versions.json` and at https://github.com/lovell/sharp-libvips. The licences are in `licenses/LGPL-3.0.txt` and `licenses/GPL-3.0.txt`.',
  },
  {
    licence: /MPL/,
    title: 'Under the Mozilla Public License',
    text: 'These packages are used as they are published; their source is at the address of each. The licence is in `licenses/MPL-2.0.txt`.',
  },
  {
    licence: /OFL/,
    title: 'Fonts under the SIL Open Font License',
    text: 'Inter and STIX Two Text are shipped as they are published, and the letters that are used are embedded in figures, which the licence allows without putting the figures under it.',
  },
]

/** Licences that ask for their notice to be kept, and for no more. */
const PLAIN =
  /^\(?(MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|Zlib|Unlicense|CC0-1\.0|BlueOak-1\.0\.0|Python-2\.0)\b/

/**
 * Deterministic on every platform: packages and licences are those of package-lock.json, with the binaries of all platforms;
 * texts are those of packages that every platform installs.
 */
export function makeNotices() {
  const { packages } = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8'))
  const shipped = shippedPackages(packages)
  const strange = shipped.filter(
    ({ licence }) => !PLAIN.test(licence) && !SECTIONS.some((section) => section.licence.test(licence)),
  )
  if (strange.length > 0) {
    const names = strange.map(({ name, licence }) => `${name} (${licence})`).join(', ')
    throw new Error(
      `What these licences ask for is not known here; read them and see to it in scripts/lib/notices.mjs: ${names}`,
    )
  }
  const lines = [
    '# Third-party notices',
    '',
    'What the packaged application holds beside Headlight’s own code (MIT, see `LICENSE`). `npm run notices` makes this file from',
    '`package-lock.json` and `node_modules`; a test compares it. Electron brings its own notices (`LICENSES.chromium.html`). The',
    'demo’s pictures are made from Fashion-MNIST: `models/demo/LICENSE-Fashion-MNIST.txt`.',
    '',
  ]
  for (const { licence, title, text } of SECTIONS) {
    const own = shipped.filter((one) => licence.test(one.licence))
    if (own.length > 0) lines.push(`## ${title}`, '', text, '', ...own.map(itemOf), '')
  }
  const others = shipped.filter((one) => !SECTIONS.some(({ licence }) => licence.test(one.licence)))
  lines.push('## Under licences that ask for their notice', '', ...others.map(itemOf), '', '## Texts', '')
  for (const [text, names] of textsOf(shipped)) {
    lines.push(`### ${names.join(', ')}`, '', ...text.split('\n').map((line) => `    ${line}`.trimEnd()), '')
  }
  return `${lines.join('\n').trimEnd()}\n`
}

const itemOf = ({ name, version, licence }) => `- ${name} ${version}: ${licence}`

/** Production dependencies, and what the window is built from, with what those depend on. */
function shippedPackages(packages) {
  const own = packages['']
  const names = [...Object.keys(own.dependencies), ...importedByWindow()]
  const seen = new Map()
  const add = (name, from) => {
    const path = resolvePackage(packages, name, from)
    if (path === null || seen.has(path)) return
    const entry = packages[path]
    seen.set(path, {
      name,
      path,
      version: entry.version,
      licence: licenceOf(path, entry),
      optional: entry.optional === true,
    })
    for (const next of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) add(next, path)
  }
  for (const name of names) add(name, '')
  const byName = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1)
  return [...seen.values()].sort(byName)
}

/** Where Node would find a package from another one, by the paths of package-lock.json. */
function resolvePackage(packages, name, from) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (packages[path] !== undefined) return path
    if (at === '') return null
  }
}

function licenceOf(path, { license }) {
  if (license !== undefined) return license
  const text = licenceText(path) ?? ''
  if (/\bMIT License\b|Permission is hereby granted, free of charge/.test(text)) return 'MIT'
  return 'unknown'
}

/** Packages that sources of the window import, tests aside. */
function importedByWindow() {
  const names = new Set(['@fontsource-variable/inter'])
  const look = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) look(path)
      else if (/\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)) {
        for (const [, from] of readFileSync(path, 'utf8').matchAll(
          /(?:from|import) '((?:@[a-z][^/']*\/)?[a-z][^/']*)/g,
        )) {
          if (!/^@(shared|headlight)\//.test(from)) names.add(from)
        }
      }
    }
  }
  look(inRoot('src-renderer'))
  return names
}

/** Different texts, each with the packages that have it. */
function textsOf(shipped) {
  const texts = new Map()
  for (const { name, version, path, optional } of shipped) {
    const text = optional ? null : licenceText(path)
    if (text === null) continue
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`])
  }
  return texts
}

function licenceText(path) {
  const folder = inRoot(path)
  if (!existsSync(folder)) return null
  const names = readdirSync(folder).filter(
    (name) => /^(licen[cs]e|copying|ofl)(\b|[._-])/i.test(name) && !/\.(js|json|ts)$/.test(name),
  )
  const texts = names.sort().map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
  return texts.length === 0 ? null : texts.join('\n\n')
}
