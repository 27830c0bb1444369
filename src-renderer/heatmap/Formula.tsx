import { METHODS, type MethodId } from '@headlight/explain/methods'
import { type FormulaTerm, formulaTerms } from './formula-terms'
import classes from './Formula.module.css'

/** The definition of a method, typeset: a line for each quantity that it defines. */
export function Formula({ method }: { method: MethodId }) {
  return (
    <span className={classes.formula}>
      {formulaTerms(METHODS[method].formula).map((terms, line) => (
        <span key={line} className={classes.line}>
          {terms.map((term, i) => (
            <Term key={i} {...term} />
          ))}
        </span>
      ))}
    </span>
  )
}

function Term({ text, italic, sub, sup }: FormulaTerm) {
  return (
    <>
      {italic ? <var>{text}</var> : text}
      {sub !== null && (
        <sub>
          <var>{sub}</var>
        </sub>
      )}
      {sup !== null && <sup>{sup}</sup>}
    </>
  )
}
