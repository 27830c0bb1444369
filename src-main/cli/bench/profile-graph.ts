/** Where the time of an explain graph goes, by operator, as ONNX Runtime measures it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { toOrt } from '@headlight/explain'
import { ort } from '@headlight/explain/node'
import { feedsOf, fetchesOf, graphsOf } from './measure-graph'

export interface OperatorTime {
  pass: 'forward' | 'backward' | 'scores and maps'
  op: string
  /** How often it is called in one run. */
  calls: number
  /** Milliseconds an image, by the clock. */
  ms: number
}

/** The first run allocates, and is not counted. */
const RUNS = 5

/** Of the graph with GMAR's scores and map, on one thread, slowest first. */
export async function profileGraph(modelPath: string, batch: number): Promise<OperatorTime[]> {
  const { graphs, input } = await graphsOf(modelPath)
  const { graph } = graphs[0]!
  const folder = await mkdtemp(join(tmpdir(), 'headlight-profile-'))
  try {
    const session = await ort.InferenceSession.create(graph.bytes, {
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
      ...(graph.dataFolder && {
        extra: { session: { model_external_initializers_file_folder_path: graph.dataFolder } },
      }),
    })
    const feeds = Object.entries(feedsOf(graph, input, batch)).map(([name, tensor]) => [name, toOrt(ort, tensor)])
    for (let run = 0; run < RUNS; run++) await session.run(Object.fromEntries(feeds), fetchesOf(graph))
    session.endProfiling()
    await session.release()
    const [file] = await readdir(folder)
    return summed(eventsSchema.parse(JSON.parse(await readFile(join(folder, file!), 'utf8'))), batch)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** ONNX Runtime's profile: times in microseconds, of the runs and of the kernels within them. */
const eventsSchema = z.array(
  z.object({
    cat: z.string(),
    name: z.string(),
    ts: z.number(),
    dur: z.number(),
    args: z.object({ op_name: z.string().optional() }),
  }),
)
type Events = z.output<typeof eventsSchema>

function summed(events: Events, batch: number): OperatorTime[] {
  const [first] = events.filter(({ name }) => name === 'model_run').toSorted((a, b) => a.ts - b.ts)
  const kernels = events.filter(
    ({ cat, name, ts }) => cat === 'Node' && name.endsWith('_kernel_time') && ts > first!.ts + first!.dur,
  )
  const operators = new Map<string, OperatorTime>()
  for (const { name, dur, args } of kernels) {
    const [pass, op] = [passOf(name), args.op_name ?? '']
    const known = operators.get(`${pass} ${op}`) ?? { pass, op, calls: 0, ms: 0 }
    known.calls += 1 / (RUNS - 1)
    known.ms += dur / 1000 / batch / (RUNS - 1)
    operators.set(`${pass} ${op}`, known)
  }
  return [...operators.values()].toSorted((a, b) => b.ms - a.ms)
}

/** Nodes that are not the model's are named after the value that they compute. */
function passOf(node: string): OperatorTime['pass'] {
  if (node.includes('headlight/backward/')) return 'backward'
  return node.includes('headlight') && !node.includes('headlight/select/') ? 'scores and maps' : 'forward'
}
