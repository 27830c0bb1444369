import { Button, Checkbox, NativeSelect, NumberInput, Text, TextInput } from '@mantine/core'
import type { DatasetReport, EstimateRun } from '@shared/api'
import { METHODS, METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { useFreeName } from '../../api/file-queries'
import { useAppInfo } from '../../api/queries'
import { Formula } from '../../heatmap/Formula'
import { BeginSteps } from '../../ui/BeginSteps'
import { InlineError } from '../../ui/Messages'
import { useSharedHint } from '../../ui/use-shared-hint'
import classes from './NewProjectScreen.module.css'
import { MaskFields } from './MaskFields'
import { RunEstimate } from './RunEstimate'
import { TargetFields } from './TargetFields'
import { PROJECT_ENDING, type RunForm, projectFolder, proposedName, proposedProject, withMethod } from './run-form'

interface RunSectionProps {
  form: RunForm
  setForm: (form: RunForm) => void
  /** The run joins the open project instead of a new one. */
  intoProject: boolean
  modelPath: string | null
  dataPath: string | null
  masks: DatasetReport['masks']
  /** Class names of the model, empty before it is read. */
  labels: readonly string[]
  /** What is explained where that is no class: likeness, a number. */
  explains: string | null
  /** The runs as they would be started, none when they cannot start yet. */
  requests: EstimateRun[]
  /** Why the model has head scores and no maps, where it has none. */
  noMaps: string | undefined
  /** Why it cannot start yet, null when it can. */
  obstacle: string | null
  starting: boolean
  error: Error | null
  onStart: (projectPath: string) => void
}

/** What is computed, how, and where it is kept. */
export function RunSection(props: RunSectionProps) {
  const {
    form,
    setForm,
    intoProject,
    modelPath,
    dataPath,
    masks,
    labels,
    explains,
    noMaps,
    requests,
    obstacle,
    starting,
    error,
    onStart,
  } = props
  const app = useAppInfo().data
  const { area, hint } = useSharedHint({ position: 'top' }, drawMethod)
  const set = (part: Partial<RunForm>) => setForm({ ...form, ...part })
  // An earlier try may have left a project of the same model and images there.
  const free = useFreeName(app?.home, proposedProject(modelPath, dataPath), PROJECT_ENDING)
  const projectPath = form.projectPath || (app ? projectFolder(app, free) : '')
  const name = modelPath && dataPath ? proposedName(modelPath, dataPath) : 'Named after model and images'
  return (
    <section className={`${classes.card} ${classes.sticky}`} aria-label="Run">
      <header className={classes.cardTitle}>
        <h2>Run</h2>
      </header>
      <div className={classes.fields}>
        {noMaps === undefined ? (
          <Checkbox.Group label="Methods" value={form.methods}>
            <div className={classes.methods} style={{ marginTop: 6 }} {...area}>
              {hint}
              {METHOD_IDS.map((id) => (
                <Checkbox
                  key={id}
                  size="xs"
                  value={id}
                  label={METHODS[id].name}
                  wrapperProps={{ 'data-hint': id }}
                  onChange={(event) => setForm(withMethod(form, id, event.currentTarget.checked))}
                />
              ))}
            </div>
          </Checkbox.Group>
        ) : (
          <p className={classes.prompt}>The run keeps predictions and head scores; the model has no maps.</p>
        )}
        {explains !== null ? (
          <p className={classes.prompt}>The run explains {explains}.</p>
        ) : (
          <TargetFields target={form.target} labels={labels} onChange={(target) => set({ target })} />
        )}
        <MaskFields form={form} set={set} masks={masks} />
        <NativeSelect
          size="xs"
          label="Precision"
          value={form.precision}
          data={[
            { value: 'fp32', label: 'Full float32' },
            { value: 'tf32', label: 'TF32, faster on NVIDIA' },
            { value: 'fp16', label: 'float16' },
          ]}
          onChange={(event) => set({ precision: event.currentTarget.value as RunForm['precision'] })}
        />
        <NativeSelect
          size="xs"
          label="Provider"
          value={form.provider}
          data={[
            { value: 'auto', label: 'Fastest that agrees' },
            { value: 'cpu', label: 'CPU' },
            { value: 'cuda', label: 'CUDA' },
            { value: 'webgpu', label: 'WebGPU' },
            { value: 'dml', label: 'DirectML' },
            { value: 'coreml', label: 'Core ML' },
          ]}
          onChange={(event) => set({ provider: event.currentTarget.value as RunForm['provider'] })}
        />
        <NumberInput
          size="xs"
          label="Limit"
          placeholder="All images"
          min={1}
          allowDecimal={false}
          thousandSeparator=","
          value={form.limit ?? ''}
          onChange={(value) => set({ limit: typeof value === 'number' ? value : null })}
        />
        <TextInput
          size="xs"
          label="Name of the run"
          placeholder={name}
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        {!intoProject && (
          <TextInput
            size="xs"
            label="Project folder"
            spellCheck={false}
            value={projectPath}
            onChange={(event) => set({ projectPath: event.currentTarget.value })}
          />
        )}
        {requests[0] && (
          <RunEstimate
            request={{ ...requests[0], projectPath: intoProject ? null : projectPath }}
            runs={requests.length}
          />
        )}
        {error && <InlineError error={error} />}
        <Button variant="filled" disabled={obstacle !== null} loading={starting} onClick={() => onStart(projectPath)}>
          {intoProject ? (requests.length > 1 ? 'Start both runs' : 'Start the run') : 'Create the project and run'}
        </Button>
        {starting && <BeginSteps />}
        {obstacle && (
          <Text size="xs" c="dimmed">
            {obstacle}
          </Text>
        )}
      </div>
    </section>
  )
}

/** What a method computes, and where it comes from. */
const drawMethod = (method: string) => (
  <>
    <Formula method={method as MethodId} />
    {METHODS[method as MethodId].citation}
  </>
)
