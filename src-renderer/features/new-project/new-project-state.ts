/** What the form of a new run holds: paths in the address, so that Back and reload keep them, and the rest per choice. */
import type { LabelMapping, LabelSource, Preprocessing, ProjectInfo, RunInfo, StartRun } from '@shared/api'
import type { ClassVectorKind, FeatureReadout } from '@headlight/explain/report'
import { keptClassVectors } from '@shared/kept-class-vectors'
import { readTypedPrompts, TYPED_PROMPTS, writeTypedPrompts } from '@shared/typed-prompts'
import { useSessionStorage } from '@mantine/hooks'
import { useLocation } from 'wouter'
import { choice, optionalId, text, step, urlState, useUrlState } from '../../base/url-state'
import type { ModelChoice } from '../../api/queries'
import type { ClassVectorsChange } from './ClassVectorsFields'
import { EMPTY_FORM, type RunForm, formLike } from './run-form'

export const newRunState = urlState({
  /** 'project' when the run joins the open project. */
  into: text(),
  /** A run of the open project whose choices the form begins with. */
  like: optionalId(),
  model: step(text()),
  output: step(text()),
  tower: step(text()),
  /** File of class vectors or prompts, NO_CLASSES for none of the former run's; how they become logits where it does not say it; how features of tokens are read. */
  classes: step(text()),
  /** `file`: `classes` is a file of prompts; `typed`: those that were typed last; `like`: a picture or a folder that is compared with. */
  prompts: step(choice(['', 'file', 'typed', 'like'], '')),
  /** With `like`: the label of the images whose mean is compared with; empty for the picture or folder `classes`. */
  alike: step(text()),
  kind: step(text()),
  features: step(text()),
  data: step(text()),
  preprocess: step(text()),
  labels: step(text()),
  /** Where the labels of the images are from: a level of the path, a table, or none; empty for as they lie. */
  from: step(text()),
})

/** Changes that belong to one model and dataset; another choice begins without them. */
interface Changes {
  of: string
  preprocessing: Preprocessing | null
  labelMapping: LabelMapping
  /** Null for the task that was found. */
  task: StartRun['task'] | null
}

/** The whole state of the form, which begins as `former` was. `leave` forgets what is not in the address. */
export function useNewProject(former: RunInfo | null, project: ProjectInfo | null) {
  const [address, setPaths] = useUrlState(newRunState)
  const { into, model, output, tower, data, preprocess, labels, from } = address
  const [, navigate] = useLocation()
  const suffix = former ? `-${former.id}` : ''
  const [form, setForm, clearForm] = useSessionStorage<RunForm>({
    key: `new-run-form${suffix}`,
    defaultValue: former ? formLike(former.definition) : EMPTY_FORM,
    getInitialValueInEffect: false,
  })
  const [typed, setTyped, clearTyped] = useSessionStorage({
    key: `new-run-prompts${suffix}`,
    defaultValue: { of: '', text: '' },
    getInitialValueInEffect: false,
  })
  const typedText = typed.of === model ? typed.text : ''
  const vectors = vectorsOf(address, typedText, former, project)
  const of = JSON.stringify([
    model,
    output,
    tower,
    data,
    preprocess,
    labels,
    from,
    ...(vectors.classes ? [vectors] : []),
  ])
  const [stored, store, clearChanges] = useSessionStorage<Changes>({
    key: `new-run-changes${suffix}`,
    defaultValue: former ? changesOf(former, of) : unchanged(of),
    getInitialValueInEffect: false,
  })
  const changes = stored.of === of ? stored : unchanged(of)
  return {
    joinsProject: into === 'project',
    modelPath: model || null,
    output: output || null,
    tower: tower || null,
    ...preparedAlike(vectors, preprocess, changes.preprocessing),
    /** What the field of prompts begins with. */
    promptsText: typedText || writeTypedPrompts(formerOf(model, former)?.classVectors?.prompts ?? []),
    dataPath: data || null,
    preprocessPath: preprocess || null,
    labelsPath: labels || null,
    labelSource: labelSourceOf(from),
    // Files that were chosen for one model are not meant for the next.
    chooseModel: (path: string) =>
      setPaths({ model: path, output: '', tower: '', ...NO_VECTORS, preprocess: '', labels: '' }),
    chooseOutput: (name: string) => setPaths({ output: name, tower: '' }),
    // Another file may be of another kind, and belong to another output.
    chooseVectors: ({ path, kind, features }: ClassVectorsChange) =>
      setPaths({
        ...(path !== undefined && {
          classes: path ?? NO_CLASSES,
          prompts: '',
          alike: '',
          kind: '',
          output: '',
          labels: '',
        }),
        ...(kind !== undefined && { kind: kind ?? '' }),
        ...(features !== undefined && { features: features ?? '', output: '' }),
      }),
    choosePromptsFile: (path: string) => setPaths({ ...NO_VECTORS, classes: path, prompts: 'file', labels: '' }),
    typePrompts: (text: string) => {
      setTyped({ of: model, text })
      setPaths({ ...NO_VECTORS, prompts: 'typed', labels: '' })
    },
    /** A picture or a folder, or the images of a label; null for none. */
    chooseLike: (like: { path: string } | { label: string } | null) =>
      setPaths({
        ...NO_VECTORS,
        ...(like === null
          ? { classes: NO_CLASSES }
          : 'path' in like
            ? { prompts: 'like', classes: like.path }
            : { prompts: 'like', alike: like.label }),
        labels: '',
      }),
    /** How the features of tokens are read for it. */
    chooseLikeFeatures: (readout: FeatureReadout | null) => setPaths({ features: readout ?? '', output: '' }),
    chooseTower: (name: string) => setPaths({ tower: name }),
    chooseData: (path: string) => setPaths({ data: path, from: '' }),
    choosePreprocessing: (path: string) => setPaths({ preprocess: path }),
    chooseLabels: (path: string) => setPaths({ labels: path }),
    chooseLabelSource: (source: LabelSource | null) => setPaths({ from: source === null ? '' : String(source) }),
    ...changes,
    changePreprocessing: (preprocessing: Preprocessing | null) => store({ ...changes, preprocessing }),
    changeMapping: (labelMapping: LabelMapping) => store({ ...changes, labelMapping }),
    changeTask: (task: StartRun['task'] | null) => store({ ...changes, task }),
    form,
    setForm,
    leave(address: string) {
      clearForm()
      clearChanges()
      clearTyped()
      navigate(address)
    },
  }
}

const NO_VECTORS = { classes: '', prompts: '' as const, alike: '', kind: '', features: '' }
/** In place of a file: the class vectors of the former run are not taken. */
const NO_CLASSES = 'none'

/** The class vectors or prompts that the address names, else those of the former run of the same model, which the project keeps. */
function vectorsOf(
  address: Record<'model' | 'classes' | 'kind' | 'features' | 'prompts' | 'alike' | 'data' | 'from', string>,
  typedText: string,
  former: RunInfo | null,
  project: ProjectInfo | null,
): Pick<ModelChoice, 'classes' | 'features'> {
  const { model, classes, kind, features, prompts, alike, data, from } = address
  const asked: { kind: ClassVectorKind | null } = { kind: kind === 'cosine' || kind === 'linear' ? kind : null }
  const readout = features === 'cls' || features === 'mean' || features === 'cls+mean' ? features : null
  if (classes === NO_CLASSES) return { classes: null, features: null }
  if (prompts === 'file') return { classes: { path: classes, prompts: true }, features: null }
  if (prompts === 'typed') {
    const read = readTypedPrompts(typedText)
    // The browser forgot what was typed, as in another tab.
    if ('problem' in read) return { classes: null, features: null }
    return { classes: { path: TYPED_PROMPTS, source: TYPED_PROMPTS, typed: read.prompts }, features: null }
  }
  if (prompts === 'like' && alike !== '') {
    const labelSource = labelSourceOf(from)
    // The images are still to be chosen.
    if (data === '') return { classes: null, features: null }
    return {
      classes: { path: data, like: { label: alike, ...(labelSource !== null && { labelSource }) } },
      features: readout,
    }
  }
  if (prompts === 'like') return { classes: { path: classes, like: {} }, features: readout }
  if (classes !== '') return { classes: { path: classes, ...asked }, features: readout }
  const kept = formerOf(model, former)
  if (!kept?.classVectors || !project) return { classes: null, features: null }
  const { hash, source } = kept.classVectors
  return { classes: { path: keptClassVectors(project.path, hash), source }, features: readout ?? kept.features ?? null }
}

/** What is compared with is prepared as the images are. */
function preparedAlike(
  { classes, features }: ReturnType<typeof vectorsOf>,
  preprocessPath: string,
  preprocessing: Preprocessing | null,
): ReturnType<typeof vectorsOf> {
  if (!classes?.like) return { classes, features }
  const prepared = { ...(preprocessPath && { preprocessPath }), ...(preprocessing && { preprocessing }) }
  return { classes: { ...classes, like: { ...classes.like, ...prepared } }, features }
}

/** What the former run was, where the form is still about its model. */
const formerOf = (model: string, former: RunInfo | null) =>
  former !== null && former.definition.modelPath === model ? former.definition : null

const unchanged = (of: string): Changes => ({ of, preprocessing: null, labelMapping: [], task: null })

/** It is not known which choices of a run differ from the files beside the model, so all of them count as chosen. */
function changesOf({ definition }: RunInfo, of: string): Changes {
  const { preprocessing, labelMapping = [], task = 'single-label' } = definition
  return { of, preprocessing, labelMapping, task }
}

/** Digits are a level of the path, everything else a table or "none". */
function labelSourceOf(text: string): LabelSource | null {
  return text === '' ? null : /^\d+$/.test(text) ? Number(text) : text
}
