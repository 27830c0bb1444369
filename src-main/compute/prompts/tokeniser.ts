/**
 * Token numbers of prompts, by the tokenizer.json beside a model. @huggingface/tokenizers reads that file; it neither pads nor
 * counts, so that both are done here, as the files beside the model say.
 */
import { dirname, join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import type { Prompt, TextTower, TokenisedPrompts } from '@headlight/explain'
import { HeadlightError } from '@shared/errors'
import { isObject, type JsonObject, TextFiles } from '../json-file'

/** The files beside a model that say how prompts become token numbers. */
export const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json']

/** Larger numbers stand for "no limit" in tokenizer_config.json. */
const NO_LIMIT = 100_000
const PUNCTUATION = /[!-/:-@[-`{-~]/g

export interface Tokenised extends TokenisedPrompts {
  /** How prompts were padded and what was assumed, one sentence each. */
  notes: string[]
}

/** Throws 'usage' where the file is missing or does not fit, or a prompt is longer than the text tower reads. */
export async function tokenise(
  modelPath: string,
  prompts: readonly Prompt[],
  tower: Pick<TextTower, 'context' | 'fixed' | 'vocabulary'>,
  files = new TextFiles(),
): Promise<Tokenised> {
  const folder = dirname(modelPath)
  const [json, found, special] = await Promise.all(TOKENIZER_FILES.map((name) => files.json(join(folder, name))))
  if (!isObject(json)) {
    throw new HeadlightError(
      'usage',
      `Prompts need the tokenizer.json of the model, and there is none in ${folder}; put it beside the model.`,
    )
  }
  const config = isObject(found) ? found : {}
  const tokenizer = open(json, config)
  const plain = cleaning(config)
  const rows = prompts.map(({ prompt }) => tokenizer.encode(plain ? plain(prompt) : prompt).ids)
  const context = contextOf(tower, config, json)
  const longest = rows.reduce((length, row) => Math.max(length, row.length), 0)
  const length = context?.tokens ?? longest
  const long = rows.findIndex((row) => row.length > length)
  if (long >= 0) {
    throw new HeadlightError(
      'usage',
      `The prompt '${prompts[long]!.prompt}' of '${prompts[long]!.name}' has ${rows[long]!.length} tokens with the special ones, and the text tower reads ${length}; shorten it.`,
    )
  }
  const largest = Math.max(...rows.flat())
  if (tower.vocabulary !== null && largest >= tower.vocabulary) {
    throw new HeadlightError(
      'usage',
      `tokenizer.json gives the token ${largest}, and the model has vectors of ${tower.vocabulary} tokens (from 0); put the tokenizer of this model beside it.`,
    )
  }
  const pad = padding(tokenizer, json, config, isObject(special) ? special : {})
  const whole = readsPadding(config)
  const padded = (row: readonly number[], value: number) => [...row, ...Array<number>(length - row.length).fill(value)]
  return {
    ids: rows.map((row) => padded(row, pad.id)),
    mask: rows.map((row) => padded(Array<number>(row.length).fill(1), whole ? 1 : 0)),
    notes: [
      `Prompts are padded to ${length} tokens (${context?.from ?? 'those of the longest prompt, assumed because no file says the context'}) with token ${pad.id} (${pad.from}).${whole ? ' Padding is read as the other tokens are, as tokenizer_config.json has no attention mask.' : ''}`,
      ...(plain
        ? [
            "Prompts lose their punctuation and capitals before they are tokenised, as transformers' SigLIP tokenizer does it.",
          ]
        : []),
    ],
  }
}

function open(json: JsonObject, config: JsonObject): Tokenizer {
  try {
    return new Tokenizer(json, config)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new HeadlightError(
      'usage',
      `tokenizer.json cannot be used (${why}); save it again with the tokenizers library.`,
      {
        cause,
      },
    )
  }
}

/** The context: what the file fixes, else the least that is said. */
function contextOf({ context, fixed }: Pick<TextTower, 'context' | 'fixed'>, config: JsonObject, json: JsonObject) {
  if (fixed && context !== null) return { tokens: context, from: 'the length that the file fixes' }
  const truncation = isObject(json.truncation) ? json.truncation.max_length : null
  const said = [
    { tokens: config.model_max_length, from: 'model_max_length of tokenizer_config.json' },
    { tokens: truncation, from: 'the truncation of tokenizer.json' },
    { tokens: context, from: 'the positions of the text tower' },
  ].filter((one): one is { tokens: number; from: string } => typeof one.tokens === 'number' && one.tokens < NO_LIMIT)
  return said.toSorted((a, b) => a.tokens - b.tokens)[0] ?? null
}

function padding(tokenizer: Tokenizer, json: JsonObject, config: JsonObject, special: JsonObject) {
  if (isObject(json.padding) && typeof json.padding.pad_id === 'number') {
    return { id: json.padding.pad_id, from: 'the padding of tokenizer.json' }
  }
  for (const [value, name] of [
    [config.pad_token, 'tokenizer_config.json'],
    [special.pad_token, 'special_tokens_map.json'],
  ] as const) {
    const token = isObject(value) ? value.content : value
    const id = typeof token === 'string' ? tokenizer.token_to_id(token) : undefined
    if (id !== undefined) return { id, from: `'${String(token)}', the pad_token of ${name}` }
  }
  return { id: 0, from: 'assumed, because no file beside the model says the padding' }
}

/** Whether the model was trained to read padding (SigLIP): its tokenizer gives no attention mask. */
const readsPadding = ({ model_input_names: names }: JsonObject) =>
  Array.isArray(names) && !names.includes('attention_mask')

/** What transformers' SiglipTokenizer does in Python before tokenizer.json (canonicalize_text). */
function cleaning({ tokenizer_class: name, do_lower_case: lower }: JsonObject): ((text: string) => string) | null {
  if (typeof name !== 'string' || !/^SiglipTokenizer(Fast)?$/.test(name)) return null
  return (text) => (lower === false ? text : text.toLowerCase()).replace(PUNCTUATION, '').replace(/\s+/g, ' ').trim()
}
