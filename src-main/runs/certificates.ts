/** Certificates are about a model, not about a run or a project: each is computed once. */
import type { Certificate } from '@headlight/explain/report'
import { explainedPart, type ModelChoice, modelChoice, type ModelInfo } from '@shared/api'
import { CERTIFICATE_VERSION } from '@headlight/explain'
import type { ComputeSource } from './compute-source'

/** Storage of certificates beyond the program's run. */
export interface CertificateStore {
  /** Undefined for one that is not there, or cannot be read. */
  read(key: string): Promise<Certificate | undefined>
  write(key: string, certificate: Certificate): Promise<void>
}

/**
 * What a certificate depends on: the content of the model, external data included, what of it is explained, and the
 * program's own check. The task is not part of it: it says how logits become probabilities, not what their gradients are.
 */
function certificateKey(model: ModelInfo): string {
  return JSON.stringify([CERTIFICATE_VERSION, ...explainedPart(model)])
}

export class Certificates {
  readonly #compute: ComputeSource
  readonly #store?: CertificateStore
  readonly #known = new Map<string, Certificate>()

  constructor(compute: ComputeSource, store?: CertificateStore) {
    this.#compute = compute
    this.#store = store
  }

  /**
   * The certificate of a model; `others` are those of its former runs. A failed one is computed again each time.
   * @param choice what the model was inspected with: the analysis of then is used again
   */
  async of(
    model: ModelInfo,
    others: readonly Certificate[] = [],
    { choice = {}, signal }: { choice?: ModelChoice; signal?: AbortSignal } = {},
  ): Promise<Certificate> {
    const key = certificateKey(model)
    const question = { ...modelChoice(choice), signal }
    const known =
      this.#known.get(key) ??
      (await this.#store?.read(key)) ??
      others.find(({ passed, version }) => passed && version === CERTIFICATE_VERSION)
    const certificate = known ?? (await this.#compute.acquire().certify(model.path, question))
    if (!certificate.passed) return certificate
    this.#known.set(key, certificate)
    if (!known) await this.#store?.write(key, certificate)
    return certificate
  }
}
