import { readFileSync } from 'node:fs'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { SchemaElement } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { readSample } from './read-sample'
import { reportDataset } from './report'
import { openDataset } from './open-dataset'
import { png } from './testing/archives'
import { temporaryFolder } from './testing/temporary-folder'

const folder = temporaryFolder()
const list = async (path = folder.path()) => (await openDataset(path)).list()

const SCHEMA: SchemaElement[] = [
  { name: 'schema', num_children: 3 },
  { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
  { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
  { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
  { name: 'place', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
]
const FEATURES = {
  info: {
    features: {
      image: { _type: 'Image' },
      label: { names: ['Ankle boot', 'Bag'], _type: 'ClassLabel' },
      place: { dtype: 'string', _type: 'Value' },
    },
  },
}

type Codec = 'SNAPPY' | 'UNCOMPRESSED' | 'GZIP' | 'ZSTD' | 'LZ4_RAW'

/** A shard as `datasets` writes it, two rows a row group. */
function shard(
  path: string,
  images: readonly (Buffer | null)[],
  labels: readonly bigint[],
  codec: Codec = 'SNAPPY',
  metadata = JSON.stringify(FEATURES),
) {
  const bytes = parquetWriteBuffer({
    codec,
    compressors: {
      GZIP: (input) => gzipSync(input),
      ZSTD: (input) => zstdCompressSync(input),
      LZ4_RAW: (input) => input,
    },
    schema: SCHEMA,
    columnData: [
      { name: 'image', data: images.map((bytes, index) => ({ bytes, path: `${index}.png` })) },
      { name: 'label', data: [...labels] },
      { name: 'place', data: images.map((_, index) => `site ${index}`) },
    ],
    rowGroupSize: 2,
    kvMetadata: [{ key: 'huggingface', value: metadata }],
  })
  return folder.write(path, new Uint8Array(bytes))
}

test.each<Codec>(['SNAPPY', 'UNCOMPRESSED', 'GZIP', 'ZSTD'])('shards with %s give images by row', async (codec) => {
  const [red, green, blue] = [await png('#f00'), await png('#0f0'), await png('#00f')]
  shard('data/train-00000-of-00002.parquet', [red, green, blue], [1n, 0n, 1n], codec)
  shard('data/train-00001-of-00002.parquet', [blue], [-1n], codec)
  const { samples, problems, numbered } = await list()
  expect([problems, numbered]).toEqual([[], false])
  expect(samples.map(({ path, label, metadata }) => [path, label, metadata])).toEqual([
    ['data/train-00000-of-00002.parquet/0', 'Bag', { split: 'train', place: 'site 0' }],
    ['data/train-00000-of-00002.parquet/1', 'Ankle boot', { split: 'train', place: 'site 1' }],
    ['data/train-00000-of-00002.parquet/2', 'Bag', { split: 'train', place: 'site 2' }],
    ['data/train-00001-of-00002.parquet/0', null, { split: 'train', place: 'site 0' }],
  ])
  const contents = await Promise.all(samples.map(async ({ location }) => Buffer.from(await readSample(location))))
  expect(contents).toEqual([red, green, blue, blue])
})

test('class names match those of the model; one shard alone is a dataset', async () => {
  const image = await png('#f00')
  const path = shard('test.parquet', [image, image], [0n, 1n])
  const report = (await reportDataset(path, { labels: ['bag', 'ankle_boot'], keys: null })).report
  expect(report).toMatchObject({ kind: 'Hugging Face dataset (Parquet)', count: 2, metadata: ['split', 'place'] })
  expect(report.classes).toEqual([
    { folder: 'Ankle boot', count: 1, classIndex: 1, by: 'name' },
    { folder: 'Bag', count: 1, classIndex: 0, by: 'name' },
  ])
})

test('a row without an image is an error of that row', async () => {
  const path = shard('x.parquet', [null, await png('#f00')], [0n, 1n])
  const { samples } = await list(path)
  await expect(readSample(samples[0]!.location)).rejects.toMatchObject({ code: 'unreadable-image' })
  expect((await readSample(samples[1]!.location)).length).toBeGreaterThan(0)
})

test('a damaged file, and one of a rare compression, is refused by name', async () => {
  const rare = shard('rare.parquet', [await png('#f00')], [0n], 'LZ4_RAW')
  await expect(list(rare)).rejects.toMatchObject({ code: 'unsupported-dataset', message: /LZ4_RAW/ as never })
  const whole = shard('x.parquet', [await png('#f00')], [0n])
  const cut = folder.write('cut.parquet', Buffer.alloc(300, 1))
  expect((await list(whole)).samples).toHaveLength(1)
  await expect(list(cut)).rejects.toMatchObject({ code: 'unsupported-dataset' })

  const bytes = readFileSync(whole)
  bytes.fill(0xee, 4, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8))
  const spoiled = folder.write('spoiled.parquet', bytes)
  await expect(list(spoiled)).rejects.toMatchObject({ code: 'unsupported-dataset' })
})

test.each([
  ['{"info": {"features": {"image": {"_typ', 'it is not JSON, so columns count by their types and names'],
  ['{"info": {"features": ["image", "label"]}}', 'it has no features as the library datasets writes them'],
  [
    '{"info": {"features": {"label": {"_type": "ClassLabel", "names": "Bag"}}}}',
    'the names of label are not a list of words',
  ],
])('metadata that cannot be read is named: %s', async (metadata, why) => {
  shard('train.parquet', [await png('#f00'), await png('#0f0')], [1n, 0n], 'SNAPPY', metadata)
  const { samples, passedOver } = await list()
  expect(samples.map(({ label }) => label)).toEqual(['1', '0'])
  expect(passedOver).toEqual([
    { what: 'Hugging Face metadata', count: 1, why: expect.stringContaining(`in train.parquet ${why}`) },
  ])
})

test('metadata of another program, without features, is not a fault', async () => {
  shard('train.parquet', [await png('#f00')], [1n], 'SNAPPY', '{"info": {"version": "1"}}')
  expect((await list()).passedOver).toEqual([])
})
