import { NativeSelect, Text } from '@mantine/core'
import type { ModelTask } from '@headlight/explain/report'
import type { ModelFiles, ModelInfo, StartRun } from '@shared/api'
import classes from './NewProjectScreen.module.css'
import { TASK_NAMES, openTasks, taskReason } from './model-words'

interface OutputFieldsProps {
  model: ModelInfo & ModelFiles
  onChooseOutput: (name: string) => void
  /** What was chosen of the task, null for what was found. */
  task: StartRun['task'] | null
  onChangeTask: (task: StartRun['task'] | null) => void
}

/** Which output of the model is explained, and what its logits mean: to be chosen where the file leaves that open. */
export function OutputFields({ model, onChooseOutput, task, onChangeTask }: OutputFieldsProps) {
  // With class vectors the output holds features, which need not be explainable by themselves.
  const beside = new Set(model.classVectors ? model.features?.map(({ name }) => name) : [])
  const outputs = model.outputs.filter(({ name, explainable, dense }) =>
    model.classVectors ? beside.has(name) || name === model.output : explainable || dense !== undefined,
  )
  const tasks = openTasks(model)
  return (
    <div className={classes.parts}>
      {outputs.length > 1 && (
        <NativeSelect
          size="xs"
          label="Output to explain"
          value={model.output}
          data={outputs.map(({ name, shape }) => ({ value: name, label: `${name} [${shape.join(', ')}]` }))}
          onChange={(event) => onChooseOutput(event.currentTarget.value)}
        />
      )}
      {tasks.length > 1 ? (
        <NativeSelect
          size="xs"
          label="What the logits mean"
          description={taskReason(model)}
          value={task ?? model.task}
          data={tasks.map((value) => ({ value, label: TASK_NAMES[value] }))}
          onChange={(event) => {
            const chosen = event.currentTarget.value as ModelTask
            onChangeTask(chosen === model.task ? null : chosen)
          }}
        />
      ) : (
        <div>
          <Text size="xs" fw={500}>
            What the logits mean
          </Text>
          {!model.dense && <Text size="xs">{TASK_NAMES[model.task]}</Text>}
          <Text size="xs" c="dimmed">
            {taskReason(model)}
          </Text>
        </div>
      )}
    </div>
  )
}
