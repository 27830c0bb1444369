/** The cases of every gradient rule. */
import { convolutionCases } from './convolution.cases'
import { activationCases, arithmeticCases, unaryCases } from './elementwise.cases'
import type { GradientCase } from './gradient-case'
import { movementCases } from './movement.cases'
import { productCases } from './product.cases'
import { reductionCases } from './reduction.cases'
import { scatterCases } from './scatter.cases'
import { windowCases } from './window.cases'

export const gradientCases: readonly GradientCase[] = [
  ...activationCases,
  ...arithmeticCases,
  ...unaryCases,
  ...productCases,
  ...reductionCases,
  ...movementCases,
  ...convolutionCases,
  ...windowCases,
  ...scatterCases,
]
