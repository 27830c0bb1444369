import { type Shape, shapeSchema } from '@shared/api'
import { parseStored } from './stored-json'

/** The shape of a region. Throws 'project-damaged'. */
export function storedShape(text: string, sampleId: number): Shape {
  return parseStored(shapeSchema, text, `a region of sample ${sampleId}`)
}
