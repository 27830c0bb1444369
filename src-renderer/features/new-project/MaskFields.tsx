import { Checkbox, NativeSelect, NumberInput } from '@mantine/core'
import type { DatasetReport } from '@shared/api'
import { formatCount } from '../../ui/format'
import type { RunForm } from './run-form'

interface MaskFieldsProps {
  form: RunForm
  set: (part: Partial<RunForm>) => void
  masks: DatasetReport['masks']
}

/** Most masks use one of these two values for undecided pixels. */
const DEFAULT_VOID = 255

/** Whether localisation is measured, and how the masks are read for it: what was found, unless something is chosen. */
export function MaskFields({ form, set, masks }: MaskFieldsProps) {
  const { masksPath, maskKind, maskVoid } = form
  if (!masks && masksPath === null) return null
  const found = masksPath === null ? masks : null
  const measured = masksPath === null ? `${formatCount(masks?.count ?? 0)} masks` : `the masks in ${masksPath}`
  return (
    <>
      <Checkbox
        size="xs"
        label={`Measure localisation against ${measured}`}
        checked={form.useMasks}
        onChange={(event) => set({ useMasks: event.currentTarget.checked })}
      />
      {form.useMasks && (
        <NativeSelect
          size="xs"
          label="Masks are"
          title="What the pixels of the masks mean"
          value={maskKind}
          data={[
            { value: 'auto', label: found?.kind ? `As found: ${found.rule}` : 'As found' },
            { value: 'binary', label: 'Binary: inside and outside' },
            { value: 'indices', label: 'Class indices: the own class is inside' },
            { value: 'instances', label: 'Instances: any is inside' },
            { value: 'trimap', label: 'Trimaps: the border is void' },
          ]}
          onChange={(event) => set({ maskKind: event.currentTarget.value as RunForm['maskKind'] })}
        />
      )}
      {form.useMasks && (
        <NativeSelect
          size="xs"
          label="Void pixels"
          title="Pixels of this value count for neither side: they are left out of every measure"
          value={typeof maskVoid === 'number' ? 'value' : maskVoid}
          data={[
            { value: 'auto', label: foundVoid(found, maskKind) },
            { value: 'none', label: 'None: every pixel is inside or outside' },
            { value: 'value', label: 'Pixels of one value' },
          ]}
          onChange={(event) => {
            const chosen = event.currentTarget.value as 'auto' | 'none' | 'value'
            set({ maskVoid: chosen === 'value' ? (found?.void ?? DEFAULT_VOID) : chosen })
          }}
        />
      )}
      {form.useMasks && typeof maskVoid === 'number' && (
        <NumberInput
          size="xs"
          label="Void value"
          min={0}
          max={16_777_215}
          allowDecimal={false}
          value={maskVoid}
          onChange={(value) => typeof value === 'number' && set({ maskVoid: value })}
        />
      )}
    </>
  )
}

/** What is taken where nothing is chosen. Another kind than the one that was found has a void value of its own. */
function foundVoid(found: DatasetReport['masks'], maskKind: RunForm['maskKind']): string {
  if (!found || found.kind === null || found.kind === 'box' || maskKind !== 'auto') return 'As found'
  return found.void === null ? 'As found: none' : `As found: pixels of ${found.void}`
}
