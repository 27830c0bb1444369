import type { SampleRow } from '@shared/api'
import { looseName } from '@shared/loose-name'

/**
 * A sample's label as the dataset writes it, with the class that it is matched with where that has another name; null
 * without a label.
 */
export function labelText({ datasetLabel, label, labelName }: SampleRow): string | null {
  if (datasetLabel === null || label === null || labelName === null) return labelName
  return isSameName(datasetLabel, labelName) ? labelName : `${datasetLabel} (${labelName})`
}

/** Whether a label and its class have the same name apart from case and punctuation. */
export function isSameName(label: string, className: string): boolean {
  return looseName(label) === looseName(className)
}
