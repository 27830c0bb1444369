import type { Confusion, LabelPredictions } from '@shared/api'
import { isSameName } from '../../base/label-text'

/** Labels as the dataset writes them, where one has no class or another name than its class; none otherwise. */
export function ownLabels({ datasetLabels }: Confusion, nameOf: (classIndex: number) => string): LabelPredictions[] {
  const isNamed = ({ name, classIndex }: LabelPredictions) =>
    classIndex !== null && isSameName(name, nameOf(classIndex))
  return datasetLabels.every(isNamed) ? [] : datasetLabels
}
