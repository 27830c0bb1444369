import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import { collectReport } from '../../service/bug-report'
import { programFolder } from '../../process/program-folder'
import { readVersion } from '../../service/places'
import { programLog } from '../../service/program-log'
import { type CommandContext, EXIT } from '../command'
import { required, text } from '../options'
import { formatBytes } from '@shared/format-bytes'

export async function execute({ options, output, backend }: CommandContext): Promise<number> {
  const out = resolve(required(options, 'out'))
  const project = text(options, 'project')
  const { library } = backend()
  if (project !== undefined) await library.project.open({ path: resolve(project) })
  const version = readVersion(programFolder())
  const { files, zip } = await collectReport({ library, log: programLog(), version, shell: 'command line' })
  await writeFile(out, zip, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? 'is there already; choose another name' : `cannot be written (${cause.code})`
    throw new HeadlightError('not-writable', `${out} ${why}.`, { cause })
  })
  output.document({ out, bytes: zip.byteLength, files: files.map(({ name, about }) => ({ name, about })) })
  for (const { name, about } of files) output.line(`${name.padEnd(24)}  ${about}`)
  output.line(`${out}  ${formatBytes(zip.byteLength)}; nothing was sent anywhere`)
  return EXIT.done
}
