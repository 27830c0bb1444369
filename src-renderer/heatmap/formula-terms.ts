/** A part of a formula: what stands there, its indexes and its power; `italic` for a quantity of one letter. */
export interface FormulaTerm {
  text: string
  italic: boolean
  sub: string | null
  sup: string | null
}

/** Words of plain-text formulas that have a sign of their own. */
const SIGNS: Record<string, string> = {
  sum: '∑',
  prod: '∏',
  sqrt: '√',
  alpha: 'α',
  relu: 'ReLU',
  o: '⊙',
  '<-': '←',
}

const TERM = /(?<word><-|[A-Za-z]+)(?:_(?<sub>[A-Za-z](?:,[A-Za-z])*))?(?:\^(?<sup>\d+))?|[^A-Za-z<]+|</g

/**
 * Reads a plain-text formula of METHODS, one list of terms a definition: `_` begins an index of letters with commas, `^` a
 * power, `;` ends a definition. Single letters are quantities, longer words are functions.
 */
export function formulaTerms(formula: string): FormulaTerm[][] {
  return formula.split(/;\s*/).map((definition) =>
    Array.from(definition.matchAll(TERM), ({ 0: all, groups }) => {
      const word = groups?.word
      const text = SIGNS[word ?? all] ?? word ?? all
      return { text, italic: /^[A-Za-zα]$/.test(text), sub: groups?.sub ?? null, sup: groups?.sup ?? null }
    }),
  )
}
