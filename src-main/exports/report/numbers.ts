/** Numbers as the report writes them. */
import type { RunInfo } from '@shared/api'

const counts = new Intl.NumberFormat('en-GB')

export const count = (value: number): string => counts.format(value)
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

/** Whether a run explains a number, of which there is no class, no probability and no accuracy. */
export const isNumber = ({ definition }: Pick<RunInfo, 'definition'>): boolean => definition.task === 'regression'
