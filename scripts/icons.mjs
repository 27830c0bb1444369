/**
 * Makes the application's icons from the window's own: build/icons/SIZExSIZE.png for Linux, build/icon.ico and
 * build/icon.icns. Run by hand after src-renderer/public/icon.svg changed: node scripts/icons.mjs
 *
 * Both containers hold PNG pictures as they are (ICO since Windows Vista, ICNS since Mac OS X 10.5), so each is a table
 * in front of files that resvg made.
 */
import { Resvg } from '@resvg/resvg-js'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { inRoot } from './lib/repository.mjs'

const svg = readFileSync(inRoot('src-renderer', 'public', 'icon.svg'), 'utf8')
const png = (size) => new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng()

const LINUX = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
const WINDOWS = [16, 24, 32, 48, 64, 128, 256]
/** Types of ICNS by size in pixels. */
const MAC = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
]

mkdirSync(inRoot('build', 'icons'), { recursive: true })
for (const size of LINUX) writeFileSync(inRoot('build', 'icons', `${size}x${size}.png`), png(size))
writeFileSync(inRoot('build', 'icon.ico'), ico(WINDOWS.map((size) => ({ size, data: png(size) }))))
writeFileSync(inRoot('build', 'icon.icns'), icns(MAC.map(([type, size]) => ({ type, data: png(size) }))))

function ico(pictures) {
  const table = Buffer.alloc(6 + 16 * pictures.length)
  table.writeUInt16LE(1, 2)
  table.writeUInt16LE(pictures.length, 4)
  let offset = table.length
  pictures.forEach(({ size, data }, index) => {
    const entry = 6 + 16 * index
    // 0 stands for 256.
    table.writeUInt8(size % 256, entry)
    table.writeUInt8(size % 256, entry + 1)
    table.writeUInt16LE(1, entry + 4)
    table.writeUInt16LE(32, entry + 6)
    table.writeUInt32LE(data.length, entry + 8)
    table.writeUInt32LE(offset, entry + 12)
    offset += data.length
  })
  return Buffer.concat([table, ...pictures.map(({ data }) => data)])
}

function icns(pictures) {
  const parts = pictures.map(({ type, data }) => {
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(8 + data.length, 4)
    return Buffer.concat([head, data])
  })
  const head = Buffer.alloc(8)
  head.write('icns', 'latin1')
  head.writeUInt32BE(8 + parts.reduce((sum, { length }) => sum + length, 0), 4)
  return Buffer.concat([head, ...parts])
}
