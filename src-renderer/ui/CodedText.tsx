/** A sentence whose parts in backticks are paths or other text as it stands. */
export function CodedText({ children }: { children: string }) {
  return children.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))
}
