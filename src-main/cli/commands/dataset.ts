import { basename, resolve } from 'node:path'
import type { LabelChoice } from '@shared/api'
import { labelsSentence } from '@shared/labels-from'
import type { Match } from '../../datasets/match-classes'
import { datasetMasks } from '../../datasets/mask/dataset-masks'
import type { CountedMask } from '../../datasets/mask/mask-rule'
import { offerSentence } from '../../datasets/match-notes'
import { columnsOf, readDataset, type ReadDataset, splitsOf } from '../../datasets/report'
import { type CommandContext, EXIT } from '../command'
import { datasetOptions, matchedLabels } from '../dataset-options'
import { listingStatus } from '../listing-status'
import { imageErrors } from '../image-errors'
import { maskOptions } from '../mask-options'
import { countMasks, masksDocument, unmeasuredOf, unmeasuredSentences } from '../mask-report'
import { supportedModel } from '../model-argument'
import { modelChoiceOf } from '../model-choice'
import * as option from '../options'
import { usage } from '../usage'
import { type Output, table } from '../output'

/** Labels that are shown to people. */
const SHOWN = 40

export async function execute(context: CommandContext): Promise<number> {
  const { options, output, signal } = context
  const path = resolve(context.positionals[0] ?? '')
  const modelPath = option.text(options, 'model')
  const files = option.texts(options, 'labels')
  if (modelPath === undefined && files.length > 0) {
    throw usage('--labels says what a model calls its classes; name the model with --model.')
  }
  const model =
    modelPath === undefined
      ? null
      : await supportedModel(context, modelPath, modelChoiceOf(options), { labelFiles: files })
  const classes = model && { labels: model.labels, keys: model.labelKeys }
  const listed = await readDataset(path, classes, {
    ...datasetOptions(options),
    ...{ mapping: model ? matchedLabels(options, model.classes, model.labelMapping) : undefined, signal },
    onFound: listingStatus(output),
  })
  const { maskKind, maskVoid } = maskOptions(options)
  const masksPath = option.text(options, 'masks')
  const masks = await datasetMasks(
    listed.root,
    listed.listing.samples,
    masksPath === undefined ? null : resolve(masksPath),
    { kind: maskKind, void: maskVoid },
    (label) => listed.matches?.get(label)?.classIndex ?? null,
  )
  const isListed = option.flag(options, 'list')
  const { samples } = listed.listing
  const counted = isListed ? await countMasks(samples, masks, signal) : null
  const onRead = (count: number) => output.status(`Reading images: ${count} of ${samples.length}`)
  const errors = isListed ? await imageErrors(samples, onRead, signal) : []
  const unmeasured = unmeasuredSentences(unmeasuredOf(listed.listing.samples, counted ?? []))
  const read = withMasks(listed, masks, unmeasured)
  output.endStatus()
  const masksOf = masksDocument(masks)
  output.document({ ...documentOf(read), masks: masksOf, ...(counted && { list: listOf(read, counted, errors) }) })
  printDataset(output, read, classes?.labels ?? null)
  if (masksOf) output.line(`Masks: ${masksOf.samples} images have one; ${masksOf.rule}`)
  if (counted) printList(output, listOf(read, counted, errors), classes?.labels ?? null)
  return EXIT.done
}

/** The command line's word for `by` of a match. */
const BY: Record<NonNullable<Match['by']>, string> = {
  ...{ name: 'name', synset: 'synset', number: 'number', 'one-based number': 'one-based number' },
  ...{ given: 'file', order: 'order' },
}

function documentOf({ kind, listing, counts, matches, assumed }: ReadDataset) {
  const { samples, labelsFrom, passedOver, problems } = listing
  return {
    kind,
    samples: samples.length,
    unlabelled: samples.filter(({ label }) => label === null).length,
    labels: {
      from: labelsFrom?.from ?? null,
      level: labelsFrom?.level ?? null,
      counts: Object.fromEntries(counts),
      classes: matches && Object.fromEntries([...matches].map(([label, match]) => [label, classOf(match)])),
    },
    splits: Object.fromEntries(splitsOf(samples).map(({ split, count }) => [split, count])),
    columns: columnsOf(samples),
    ...{ passedOver, assumed, problems },
  }
}

function classOf({ classIndex, by }: Match) {
  return classIndex === null || by === null ? null : { index: classIndex, by: BY[by] }
}

/** The dataset with what is assumed and wrong of its masks, and which of them measure nothing. */
function withMasks(
  read: ReadDataset,
  masks: Awaited<ReturnType<typeof datasetMasks>>,
  unmeasured: readonly string[],
): ReadDataset {
  if (masks === null) return read
  const problems = [...read.listing.problems, ...masks.problems, ...unmeasured]
  return { ...read, assumed: [...read.assumed, ...masks.assumed], listing: { ...read.listing, problems } }
}

type Listed = ReturnType<typeof listOf>

/** `error` is why the image, or else its mask, cannot be read; `note` what else is missing, with the reason. */
function listOf(
  { listing, matches }: ReadDataset,
  counted: readonly CountedMask[],
  errors: readonly (string | null)[],
) {
  return listing.samples.map(({ path, label, whyNoLabel, split }, index) => {
    const { counts, unmeasured } = counted[index] ?? { counts: null, unmeasured: null }
    const message = unmeasured?.message ?? null
    const classIndex = label === null ? null : (matches?.get(label)?.classIndex ?? null)
    const notes = [
      ...(label === null ? [whyNoLabel === undefined ? 'no label' : `no label: ${whyNoLabel}`] : []),
      ...(matches !== null && label !== null && classIndex === null
        ? [`label ${label} is not a class of the model`]
        : []),
      ...(counts !== null && message !== null ? [message] : []),
    ]
    return {
      ...{ path, label, split, class: classIndex, mask: counts },
      error: errors[index] ?? (counts === null ? message : null),
      ...(notes.length > 0 && { note: notes.join('; ') }),
    }
  })
}

function printDataset(output: Output, read: ReadDataset, classNames: readonly string[] | null): void {
  const { root, kind, listing, counts, matches, assumed, offer } = read
  const { samples, labelsFrom, passedOver, problems, labelChoices = [] } = listing
  const unlabelled = samples.filter(({ label }) => label === null).length
  output.line(`${root}: ${kind}, ${samples.length} images`)
  const without = unlabelled === 0 ? '' : `; ${unlabelled} images without a label`
  output.line(`${labelsSentence(labelsFrom)}${counts.size > 0 ? ` (${counts.size} labels)` : ''}${without}`)
  const splits = splitsOf(samples)
  if (splits.length > 0) output.line(`Splits: ${splits.map(({ split, count }) => `${split} ${count}`).join(', ')}`)
  const columns = columnsOf(samples)
  if (columns.length > 0) output.line(`Columns: ${columns.join(', ')}`)
  const rows = [...counts]
    .slice(0, SHOWN)
    .map(([label, count]) => [label, count, ...matchCells(matches?.get(label), classNames)])
  if (rows.length > 0) {
    output.line()
    output.line(table(['label', 'images', ...(matches ? ['class', 'matched by'] : [])], rows))
    if (counts.size > SHOWN) output.line(`and ${counts.size - SHOWN} more labels; --json has all`)
  }
  section(output, 'Assumed', assumed)
  section(
    output,
    'Passed over',
    passedOver.map(({ what, count, why }) => `${count} x ${what}: ${why}`),
  )
  const offered = offer && classNames ? [offerSentence(offer, classNames, '--match order takes that')] : []
  section(output, 'To look at', [...problems, ...offered])
  const isTaken = ({ source, name }: LabelChoice) =>
    [name, basename(String(source))].some((text) => text === labelsFrom?.from)
  const others = labelChoices.filter((choice) => !isTaken(choice))
  section(
    output,
    'Labels could also be',
    others.map(({ source, name, example }) => `--label-source ${source}: ${name}${example ? `, ${example}` : ''}`),
  )
}

function matchCells(match: Match | undefined, classNames: readonly string[] | null): string[] {
  if (match === undefined || classNames === null) return []
  const { classIndex, by } = match
  return classIndex === null || by === null
    ? ['no class', '']
    : [`${classIndex} ${classNames[classIndex] ?? ''}`.trim(), BY[by]]
}

function section(output: Output, title: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  output.line()
  output.line(title)
  for (const line of lines) output.line(`  ${line}`)
}

function printList(output: Output, list: Listed, classNames: readonly string[] | null): void {
  const rows = list.map(({ path, label, class: index, split, mask, error, note }) => [
    path,
    label ?? '-',
    index === null ? '-' : `${index} ${classNames?.[index] ?? ''}`.trim(),
    split ?? '-',
    mask === null ? '-' : `${mask.inside} / ${mask.void} / ${mask.outside}`,
    [error, note].filter((text) => text).join('; ') || '-',
  ])
  output.line()
  output.line(table(['path', 'label', 'class', 'split', 'inside / void / outside', 'to look at'], rows))
}
