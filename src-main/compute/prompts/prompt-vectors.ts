/** Class vectors of prompts: the text tower of the model's own file makes them, once. */
import { basename } from 'node:path'
import { openTextTower } from '@headlight/explain'
import type { Prompt } from '@headlight/explain/report'
import type { ReadClassVectors } from '../class-vectors/read-class-vectors'
import type { TextFiles } from '../json-file'
import { onnxRuntime } from '../onnx-runtime'
import { promptsHash } from './kept-prompts'
import { readPrompts } from './read-prompts'
import { tokenise } from './tokeniser'

/** Throws 'not-found', 'usage' with what is wrong with prompts or tokenizer, 'unsupported-model'. */
export async function promptVectors(
  modelPath: string,
  file: string,
  source = basename(file),
  texts?: TextFiles,
): Promise<ReadClassVectors> {
  return embedPrompts(modelPath, await readPrompts(file, source), source, texts)
}

/** The same of prompts that were typed. */
export async function embedPrompts(
  modelPath: string,
  prompts: readonly Prompt[],
  source: string,
  texts?: TextFiles,
): Promise<ReadClassVectors> {
  const tower = await openTextTower(modelPath, onnxRuntime())
  const { ids, mask, notes } = await tokenise(modelPath, prompts, tower, texts)
  const vectors = await tower.embed(source, prompts, { ids, mask })
  return { ...vectors, hash: promptsHash(vectors.prompts!), namesFrom: source, kindAsked: false, passedOver: [], notes }
}
