/** Numbers as the report writes them. */
const counts = new Intl.NumberFormat('en-GB')

export const count = (value: number): string => counts.format(value)
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
