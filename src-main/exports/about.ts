import type { ProjectInfo, RunInfo } from '@shared/api'
import { ruleText } from '@shared/masks'
import { METHODS } from '@headlight/explain/methods'
import { runNotes } from '@shared/run-notes'

/** What is needed to reproduce the numbers of an export; stored inside or beside each file. */
export interface About {
  /** Such as 'Headlight 0.1.0'. */
  program: string
  exportedAt: string
  project: string
  /** The filter that chose the samples, '' for all. */
  filter: string
  run: { name: string; createdAt: string; state: string; samples: number; done: number; failed: number } | null
  model: {
    file: string
    sha256: string
    output: string
    layers: number
    heads: number
    grid: [rows: number, columns: number]
    classes: string[]
  } | null
  computed: {
    target: RunInfo['definition']['target']
    methods: { id: string; name: string; formula: string; citation: string }[]
    settings: RunInfo['definition']['settings']
    preprocessing: RunInfo['definition']['preprocessing']
    /** What was assumed or passed over in the model and in preparing its pictures, in sentences. */
    notes: string[]
    /** How masks are read for localisation, in words; null where the run keeps no rule. */
    maskRule: string | null
    task: string
    provider: string | null
    precision: string
    /** The precision in which the project keeps maps. */
    mapPrecision: string
  } | null
}

export function aboutExport(
  program: string,
  project: ProjectInfo,
  run: RunInfo | null,
  filter: string,
  now = new Date(),
): About {
  const base = { program, exportedAt: now.toISOString(), project: project.name, filter }
  if (run === null) return { ...base, run: null, model: null, computed: null }
  const { definition, model } = run
  return {
    ...base,
    run: {
      name: run.name,
      createdAt: run.createdAt,
      state: run.state,
      samples: run.total,
      done: run.done,
      failed: run.failed,
    },
    model: {
      file: model.fileName,
      sha256: model.hash,
      output: definition.output ?? model.output,
      layers: model.layers,
      heads: model.heads,
      ...(model.layerHeads && { layerHeads: model.layerHeads }),
      grid: model.grid,
      classes: definition.labels,
    },
    computed: {
      target: definition.target,
      methods: definition.methods.map((id) => {
        const { name, formula, citation } = METHODS[id]
        return { id, name, formula, citation }
      }),
      settings: definition.settings,
      preprocessing: definition.preprocessing,
      notes: runNotes(run),
      maskRule: definition.maskRule ? ruleText(definition.maskRule) : null,
      task: definition.task ?? 'single-label',
      provider: run.provider,
      precision: definition.precision,
      mapPrecision: run.mapPrecision,
    },
  }
}
