import { HeadlightError } from '../errors'

/** Why a model's attention gives no maps. Head scores do not depend on it: they are of each attention alone. */
export class NotAChain extends HeadlightError {
  constructor(message: string) {
    super('unsupported-model', message)
  }
}
