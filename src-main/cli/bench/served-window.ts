import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import type { CallInput, CallName, CallOutput } from '@shared/api'
import { API_PATH, type ResultFrame, type ServerFrame } from '@shared/api/frames'
import { decodeFrame, encodeFrame } from '@shared/api/wire'
import { fromErrorValue, HeadlightError } from '@shared/errors'

/** A window of the bench: one call at a time, over the socket that browsers use. */
export interface ServedWindow {
  call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>>
  /** The same where nobody reads the answer, which is not decoded: the bytes that came. */
  weigh<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<number>
  close(): void
}

/** The program as `headlight serve` starts it, in a process of its own. */
export interface Served {
  /** With the key. */
  url: string
  stop(): Promise<void>
}

/** Serves a project from the program that runs now. */
export async function serveProject(project: string): Promise<Served> {
  const [program] = process.argv.slice(1)
  const args = [...process.execArgv, program ?? '', 'serve', '--project', project, '--no-open']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const [line] = (await Promise.race([once(lines, 'line'), exited.then(() => [''])])) as [string]
  const url = /https?:\/\/\S+/.exec(line)?.[0]
  if (url === undefined) throw new HeadlightError('internal', 'The program that the bench serves did not start.')
  return {
    url,
    async stop() {
      child.kill('SIGINT')
      await exited
    },
  }
}

/** Bytes of an answer above which it is not an error. */
const LARGE = 64 * 1024

export async function connectWindow(url: string): Promise<ServedWindow> {
  const socket = await openSocket(url)
  let lastId = 0
  const send = async (name: CallName, input: unknown): Promise<Buffer> => {
    lastId++
    const id = lastId
    const answered = new Promise<Buffer>((resolve, reject) => {
      const onMessage = (bytes: Buffer) => {
        // Events are small. There is one call at a time, so whatever is large is its answer.
        if (bytes.length <= LARGE && (decodeFrame(bytes) as Partial<ResultFrame>).id !== id) return
        socket.off('message', onMessage)
        socket.off('close', onClose)
        resolve(bytes)
      }
      const onClose = () => reject(new HeadlightError('internal', `The connection ended during ${name}.`))
      socket.on('message', onMessage)
      socket.once('close', onClose)
    })
    socket.send(encodeFrame({ id, kind: 'call', name, input }))
    return answered
  }
  return {
    async call(name, input) {
      return outputOf(await send(name, input)) as CallOutput<typeof name>
    },
    async weigh(name, input) {
      const bytes = await send(name, input)
      if (bytes.length <= LARGE) outputOf(bytes)
      return bytes.length
    },
    close: () => socket.close(),
  }
}

/** Sends bytes that no window sends, and waits until the program hangs up. */
export async function sendGarbage(url: string, bytes: Uint8Array): Promise<void> {
  const socket = await openSocket(url)
  const closed = once(socket, 'close')
  socket.send(bytes)
  await closed
}

/** As a browser does: the key for a cookie, then the socket. */
async function openSocket(url: string): Promise<WebSocket> {
  const { origin, host } = new URL(url)
  const cookie = (await fetch(url)).headers.get('set-cookie')?.split(';')[0] ?? ''
  const socket = new WebSocket(`ws://${host}${API_PATH}`, { origin, headers: { cookie } })
  await once(socket, 'open')
  return socket
}

function outputOf(bytes: Buffer): unknown {
  const frame = decodeFrame(bytes) as ServerFrame
  if (frame.kind === 'error') throw fromErrorValue(frame.error)
  return (frame as ResultFrame).output
}
