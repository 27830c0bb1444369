import { UnstyledButton } from '@mantine/core'
import { CRITERION_NAMES } from '@shared/evaluation/criterion-names'
import { CRITERIA, type CriterionId } from '@shared/evaluation/head-criteria'
import type { HeadEvaluation } from '@shared/evaluation/head-evaluation'
import { plainNumber } from '@shared/evaluation/words'
import classes from './EffectOfHeads.module.css'

interface AgreementTableProps {
  evaluation: HeadEvaluation
  chosen: CriterionId
  onChoose: (criterion: CriterionId) => void
}

/** How well each score tells the effect; a name puts it beside the effect. */
export function AgreementTable({ evaluation: { n, agreement }, chosen, onChoose }: AgreementTableProps) {
  return (
    <section aria-label="Agreement">
      <h2>Which score knew?</h2>
      <table className={classes.table} aria-label="Agreement of scores with the effect">
        <thead>
          <tr>
            <th scope="col">Score</th>
            <th scope="col">Spearman</th>
            <th scope="col">Pearson</th>
            <th scope="col">Within a layer</th>
            <th scope="col">For an image</th>
          </tr>
        </thead>
        <tbody>
          {CRITERIA.map((criterion) => {
            const { spearman, low, high, pearson, withinLayer, perImage } = agreement[criterion]
            return (
              <tr key={criterion} data-chosen={criterion === chosen || undefined}>
                <th scope="row">
                  <UnstyledButton
                    className={classes.name}
                    aria-pressed={criterion === chosen}
                    onClick={() => onChoose(criterion)}
                  >
                    {CRITERION_NAMES[criterion]}
                  </UnstyledButton>
                </th>
                <td>
                  {plainNumber(spearman)}{' '}
                  {n > 1 && (
                    <small>
                      {plainNumber(low)} … {plainNumber(high)}
                    </small>
                  )}
                </td>
                <td>{plainNumber(pearson)}</td>
                <td>{plainNumber(withinLayer)}</td>
                <td>{plainNumber(perImage)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <p className={classes.note}>
        {n > 1 ? 'With 95 % intervals over images.' : 'Of one image, which has no interval.'} GMAR’s weights sum to 1 in
        a layer, so “within a layer” is their fair test.
      </p>
    </section>
  )
}
