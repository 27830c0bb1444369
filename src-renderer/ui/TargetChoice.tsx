import { ActionIcon, CheckIcon, type ComboboxLikeRenderOptionInput, type ComboboxItem, Select } from '@mantine/core'
import type { RunInfo, TargetPolicy } from '@shared/api'
import { POLICIES } from '@shared/target-forms'
import { isContrast, isPolicy, reversed, targetName } from '@shared/targets'
import { IconArrowsExchange } from '@tabler/icons-react'
import { memo, useMemo } from 'react'
import { className } from '../base/class-name'
import classes from './TargetChoice.module.css'

interface TargetChoiceProps {
  run: RunInfo
  /** Null for the run's own target. */
  target: TargetPolicy | null
  /** The class that is explained now, where that is known of a policy: what another one is set against. */
  explained?: number
  /** Class of the sample's label, marked in the lists where there is one sample. */
  label?: number | null
  /** In a popover: its lists are part of it, so that a click in a list does not close it. */
  withinPopover?: boolean
  onChange: (target: TargetPolicy | null) => void
}

/** A query or a mask, which a class alone does not say. */
const PLACE = 'place'
/** The same class over its own mask again. */
const OWN = 'own'
/** The class that is explained, over the mask of the dataset. */
const TRUTH = 'truth'

/** Options that are listed at a time; the others are found by typing. */
const LISTED = 60

/** A policy or any class as target, by name, and a second class to set it against where there is a class. */
export const TargetChoice = memo(function TargetChoice(props: TargetChoiceProps) {
  const { run, target, explained, label = null, withinPopover = false, onChange } = props
  const { labels, target: own } = run.definition
  const count = run.model.classes
  const options = useMemo(
    () => Array.from({ length: count }, (_, index) => ({ value: String(index), label: className(run, index) })),
    [run, count],
  )
  const place =
    target &&
    (target.kind === 'query' ||
      target.kind === 'best' ||
      target.kind === 'mask' ||
      target.kind === 'truth' ||
      target.kind === 'region')
      ? target
      : null
  const region = target?.kind === 'region' ? target : null
  const isClass = target !== null && !place && 'classIndex' in target
  const plusClass = isClass ? target.classIndex : explained
  const hasMasks = run.definition.masksPath !== null || run.definition.maskRule !== undefined
  const truth =
    run.model.dense?.kind === 'pixels' && hasMasks && plusClass !== undefined
      ? { kind: 'truth' as const, classIndex: plusClass }
      : null
  const policies = [
    { value: 'run', label: `Run’s target (${targetName(own, labels)})` },
    ...(place ? [{ value: PLACE, label: targetName(place, labels) }] : []),
    ...(region ? [{ value: OWN, label: targetName({ kind: 'mask', classIndex: region.classIndex }, labels) }] : []),
    ...(truth && place?.kind !== 'truth' ? [{ value: TRUTH, label: targetName(truth, labels) }] : []),
    ...POLICIES.map((kind) => ({ value: kind, label: capitalised(targetName({ kind }, labels)) })),
  ]
  const first = !target ? 'run' : place ? PLACE : 'classIndex' in target ? String(target.classIndex) : target.kind
  const against = target?.kind === 'contrast' ? String(target.againstIndex) : null
  // A policy that sets the prediction against something leaves no room for a second class.
  const isSettled = target !== null && !isClass && isContrast(target)
  const swapped = target && reversed(target)
  const setAgainst = (minus: string | null) => {
    if (minus === null || plusClass === undefined) return choose(first, null)
    choose(String(plusClass), minus)
  }
  const choose = (plus: string, minus: string | null) => {
    if (plus === PLACE) return
    if (plus === TRUTH) return truth && onChange(truth)
    if (plus === OWN) return region && onChange({ kind: 'class', classIndex: region.classIndex })
    if (plus === 'run') return onChange(null)
    if (isPolicy(plus)) return onChange({ kind: plus })
    const classIndex = Number(plus)
    // Another class is asked over the same region.
    if (region) return onChange({ ...region, classIndex })
    if (minus === null || minus === plus) return onChange({ kind: 'class', classIndex })
    onChange({ kind: 'contrast', classIndex, againstIndex: Number(minus) })
  }
  const list = {
    searchable: true,
    // Enter takes the first that fits what is typed.
    selectFirstOptionOnChange: true,
    limit: LISTED,
    nothingFoundMessage: 'No such class',
    comboboxProps: { withinPortal: !withinPopover },
    renderOption: ({ option, checked }: ComboboxLikeRenderOptionInput<ComboboxItem>) => (
      <>
        {checked && <CheckIcon className={classes.check} />}
        <span>{option.label}</span>
        {option.value === String(label) && <span className={classes.label}>label</span>}
      </>
    ),
  }
  return (
    <div className={classes.fields} data-parts={`${plusClass === undefined ? '' : 'against'} ${swapped ? 'swap' : ''}`}>
      <Select
        size="xs"
        {...list}
        aria-label="Target"
        allowDeselect={false}
        data={[
          { group: 'Policy', items: policies },
          { group: 'Class', items: options },
        ]}
        value={first}
        onChange={(value) => value !== null && choose(value, against)}
      />
      {plusClass !== undefined && (
        <Select
          size="xs"
          {...list}
          aria-label="Against"
          placeholder="minus …"
          clearable
          disabled={isSettled}
          title={isSettled ? 'Choose a class first' : undefined}
          data={options.filter(({ value }) => value !== String(plusClass))}
          value={against}
          onChange={setAgainst}
        />
      )}
      {swapped && (
        <ActionIcon
          variant="default"
          size={30}
          aria-label="Swap the two classes"
          title="Swap: what speaks for the other class"
          onClick={() => onChange(swapped)}
        >
          <IconArrowsExchange size={15} aria-hidden />
        </ActionIcon>
      )}
    </div>
  )
})

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
