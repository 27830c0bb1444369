import type { AnnotationCallName, AnnotationCalls, CallOutput } from '@shared/api'
import type { z } from 'zod'

/** The annotation calls of the contract, by the last word of their names. A change is on the disk when it is answered. */
export type AnnotationsApi = {
  [Name in AnnotationCallName as LastWord<Name>]: (
    ...input: Arguments<AnnotationInput<Name>>
  ) => Promise<CallOutput<Name>>
}

type AnnotationInput<Name extends AnnotationCallName> = z.output<AnnotationCalls[Name]['input']>

/** A call whose input has no fields takes none. */
type Arguments<Input> = Record<never, never> extends Input ? [] : [input: Input]

type LastWord<Name> = Name extends `annotations.${infer Word}` ? Word : never
