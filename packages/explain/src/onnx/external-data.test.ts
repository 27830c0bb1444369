/** External data: found beside the model, and nowhere else. */
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { StringStringEntryProtoSchema, TensorProto_DataLocation, TensorProtoSchema } from 'onnx-buf'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkExternalData, externalFiles, externalLocation, loadExternalData } from './external-data'
import { Graph } from './graph'
import { decodeTensor, isExternal } from './proto-tensor'
import { readModel } from './read'

const edge = resolve('models/edge')
const DATA = 'vit_external.data'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-external-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A graph with one external tensor, whose entries are as given. */
function graphWith(entries: Record<string, string>): Graph {
  const graph = new Graph()
  const externalData = Object.entries(entries).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  )
  const dataLocation = TensorProto_DataLocation.EXTERNAL
  graph.initializers.set(
    'weight',
    create(TensorProtoSchema, { name: 'weight', dims: [2n], dataType: 1, dataLocation, externalData }),
  )
  return graph
}

describe('a model with external data', () => {
  it('refers to its file and is the same model as the one without', async () => {
    const graph = await readModel(join(edge, 'vit_external.onnx'))
    expect(externalFiles(graph)).toEqual([join(edge, DATA)])
    const base = await readModel(join(edge, 'vit_fp32_base.onnx'))
    await loadExternalData(graph)
    expect(graph.dataFolder).toBeNull()
    expect(externalFiles(graph)).toEqual([])
    const values = (of: Graph, name: string) => decodeTensor(of.initializers.get(name)!).data
    const shared = [...graph.initializers.keys()].filter((name) => base.initializers.has(name))
    expect(shared.length).toBeGreaterThan(20)
    for (const name of shared) expect(values(graph, name), name).toEqual(values(base, name))
  })

  it('loads only what is wanted', async () => {
    const graph = await readModel(join(edge, 'vit_external.onnx'))
    const external = () => [...graph.initializers.values()].filter(isExternal)
    const before = external().length
    await loadExternalData(graph, ({ dims }) => dims.length === 1)
    expect(external().length).toBeLessThan(before)
    expect(external().length).toBeGreaterThan(0)
    expect(external().every(({ dims }) => dims.length !== 1)).toBe(true)
    expect(graph.dataFolder).toBe(edge)
  })

  it('without its data file is refused by the name of that file', async () => {
    cpSync(join(edge, 'vit_external.onnx'), join(folder, 'model.onnx'))
    const failure = { code: 'unreadable-model', message: expect.stringContaining(`'${DATA}' is missing`) }
    await expect(readModel(join(folder, 'model.onnx'))).rejects.toMatchObject(failure)
  })

  it.each([0, 0.5, 0.99])('with %d of its data file is refused', async (share) => {
    cpSync(join(edge, 'vit_external.onnx'), join(folder, 'model.onnx'))
    cpSync(join(edge, DATA), join(folder, DATA))
    truncateSync(join(folder, DATA), Math.floor(readFileSync(join(folder, DATA)).length * share))
    const failure = { code: 'unreadable-model', message: expect.stringContaining('too short for tensor') }
    await expect(readModel(join(folder, 'model.onnx'))).rejects.toMatchObject(failure)
  })

  it('that leaves its folder is refused', async () => {
    const failure = { code: 'unreadable-model', message: expect.stringContaining("'..'") }
    await expect(readModel(join(edge, 'vit_external_traversal.onnx'))).rejects.toMatchObject(failure)
  })
})

describe('locations', () => {
  it.each<[string, Record<string, string>, string]>([
    ['none', {}, 'has no name'],
    ['absolute', { location: '/etc/hostname' }, 'absolute'],
    ['of a drive', { location: 'C:\\data.bin' }, 'absolute'],
    ['of a network share', { location: '\\\\host\\data.bin' }, 'absolute'],
    ['above', { location: '../data.bin' }, "'..'"],
    ['above, later on', { location: 'weights/../../data.bin' }, "'..'"],
    ['above, with backslashes', { location: 'weights\\..\\..\\data.bin' }, "'..'"],
    ['with a zero byte', { location: 'a\0b' }, 'zero byte'],
    ['a folder', { location: '.' }, 'is not a regular file'],
    ['a negative offset', { location: DATA, offset: '-4' }, 'impossible place'],
    ['an offset that is not a number', { location: DATA, offset: 'four' }, 'impossible place'],
    ['an offset behind the end', { location: DATA, offset: '999999999' }, 'too short'],
    ['no length, and less data than its shape needs', { location: DATA, offset: '382116' }, 'too short'],
    ['a length beyond the end', { location: DATA, offset: '8', length: '999999999' }, 'too short'],
    ['a negative length', { location: DATA, offset: '8', length: '-4' }, 'impossible place'],
    ['a length that is not a number', { location: DATA, offset: '8', length: 'four' }, 'impossible place'],
  ])('%s', async (_, entries, words) => {
    await expect(checkExternalData(graphWith(entries), join(edge, 'vit.onnx'))).rejects.toMatchObject({
      code: 'unreadable-model',
      message: expect.stringContaining(words),
    })
  })

  it('a file in a folder beside the model is fine', async () => {
    cpSync(join(edge, DATA), join(folder, 'weights', DATA))
    const graph = graphWith({ location: `weights/${DATA}`, offset: '4', length: '8' })
    expect(await checkExternalData(graph, join(folder, 'vit.onnx'))).toBe(folder)
    expect(externalLocation(graph.initializers.get('weight')!)).toEqual({
      location: `weights/${DATA}`,
      offset: 4,
      length: 8,
    })
    graph.dataFolder = folder
    await loadExternalData(graph)
    const wanted = new Float32Array(new Uint8Array(readFileSync(join(edge, DATA))).buffer.slice(4, 12))
    expect(decodeTensor(graph.initializers.get('weight')!).data).toEqual(wanted)
  })

  it.skipIf(process.platform === 'win32')(
    'a link out of the folder is refused, one to where the model lies is fine',
    async () => {
      const blobs = join(folder, 'blobs')
      const snapshot = join(folder, 'snapshots', '1')
      for (const made of [blobs, snapshot]) mkdirSync(made, { recursive: true })
      const model = join(snapshot, 'vit.onnx')
      cpSync(join(edge, 'vit_external.onnx'), join(blobs, 'a'))
      cpSync(join(edge, DATA), join(blobs, 'b'))
      symlinkSync('../../blobs/a', model)
      symlinkSync('../../blobs/b', join(snapshot, DATA))
      expect((await readModel(model)).dataFolder).toBe(snapshot)

      for (const [link, target, location] of [
        [DATA, join(edge, DATA), DATA],
        ['elsewhere', edge, `elsewhere/${DATA}`],
      ] as const) {
        rmSync(join(snapshot, link), { force: true })
        symlinkSync(target, join(snapshot, link))
        await expect(checkExternalData(graphWith({ location }), model), link).rejects.toMatchObject({
          code: 'unreadable-model',
          message: expect.stringContaining('links out of it'),
        })
      }
    },
  )

  it('without a length the tensor reaches to the end of the file', async () => {
    cpSync(join(edge, DATA), join(folder, DATA))
    truncateSync(join(folder, DATA), 16)
    const graph = graphWith({ location: DATA, offset: '8' })
    graph.dataFolder = await checkExternalData(graph, join(folder, 'vit.onnx'))
    await loadExternalData(graph)
    expect(decodeTensor(graph.initializers.get('weight')!).data).toHaveLength(2)
  })

  it('reads a tensor behind the first 2 GiB of a data file', async () => {
    const offset = 5 * 2 ** 29
    // The file has a hole: it takes no room on the disk.
    const file = openSync(join(folder, DATA), 'w')
    writeSync(file, Float32Array.of(3, -4), 0, 8, offset)
    closeSync(file)
    const graph = graphWith({ location: DATA, offset: String(offset), length: '8' })
    graph.dataFolder = await checkExternalData(graph, join(folder, 'vit.onnx'))
    await loadExternalData(graph)
    expect(decodeTensor(graph.initializers.get('weight')!).data).toEqual(Float32Array.of(3, -4))
  })
})
