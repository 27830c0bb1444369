import { NativeSelect } from '@mantine/core'
import type { ModelInfo } from '@shared/api'

interface TowerFieldProps {
  model: ModelInfo
  onChoose: (name: string) => void
}

/** Which of several towers of attention layers is explained; nothing where there is one. */
export function TowerField({ model: { towers = [], tower }, onChoose }: TowerFieldProps) {
  if (towers.length === 0) return null
  const choices = towers.map(({ name, layers, node }) => ({
    value: name,
    label: `${name}: ${layers} ${layers === 1 ? 'layer' : 'layers'} from ${node}`,
  }))
  return (
    <NativeSelect
      size="xs"
      label="Tower to explain"
      value={tower ?? ''}
      data={tower === undefined ? [{ value: '', label: 'Choose one' }, ...choices] : choices}
      onChange={(event) => onChoose(event.currentTarget.value)}
    />
  )
}
