/**
 * What is being typed into notes and not yet on the disk. Drafts live outside of any screen and in the browser's own
 * storage: leaving a sample, losing the connection or closing the window loses no word.
 */
import { create } from 'zustand'
import { annotate, useSaving } from '../../api/annotate'
import { refetchAnnotations } from '../../api/annotation-queries'
import { useLive } from '../../api/live'
import { openProjectPath } from '../../api/open-project'

const STORED = 'headlight-note-drafts'
/** Milliseconds without a key before a note is saved. */
const SETTLE_MS = 600

interface Draft {
  /** Which project's sample, and whose note. */
  project: string
  reviewer: string
  sampleId: number
  text: string
}

export const useNoteDrafts = create<{ drafts: Record<string, Draft> }>(() => ({ drafts: readStored() }))

const timers = new Map<string, ReturnType<typeof setTimeout>>()
const saving = new Set<string>()

/** Whether a draft belongs to the open project; another project's is saved once that is open. */
export const isDraftHere = ({ project }: Draft): boolean => project === openProjectPath()

export const draftKey = (draft: Omit<Draft, 'text'>) => JSON.stringify([draft.project, draft.reviewer, draft.sampleId])

/** Takes what the field holds now; it is saved when typing pauses. */
export function typeNote(draft: Draft): void {
  const key = draftKey(draft)
  setDrafts({ ...useNoteDrafts.getState().drafts, [key]: draft })
  clearTimeout(timers.get(key))
  timers.set(
    key,
    setTimeout(() => void saveNote(key), SETTLE_MS),
  )
}

/** Saves at once: the field was left. */
export async function saveNote(key: string): Promise<void> {
  clearTimeout(timers.get(key))
  const draft = useNoteDrafts.getState().drafts[key]
  if (!draft || !isDraftHere(draft) || saving.has(key)) return
  saving.add(key)
  try {
    const note = { kind: 'note' as const, ids: Uint32Array.of(draft.sampleId), text: draft.text }
    // A note that could not be saved at once keeps its author, even when somebody else reviews by then.
    const saved = await annotate([note], null, draft.reviewer)
    if (!saved) return
    await refetchAnnotations(draft.sampleId)
  } finally {
    saving.delete(key)
  }
  const { [key]: now, ...others } = useNoteDrafts.getState().drafts
  if (now && now.text !== draft.text) return saveNote(key)
  setDrafts(others)
}

/** Saves what an earlier window could not, once its project is open, by its reviewer. */
export function saveLeftDrafts(project: string, reviewer: string): void {
  for (const [key, draft] of Object.entries(useNoteDrafts.getState().drafts)) {
    if (draft.project === project && draft.reviewer === reviewer) void saveNote(key)
  }
}

function setDrafts(drafts: Record<string, Draft>): void {
  useNoteDrafts.setState({ drafts })
  localStorage.setItem(STORED, JSON.stringify(drafts))
}

function readStored(): Record<string, Draft> {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? '{}') as Record<string, Draft>
  } catch {
    // Something else wrote it: it holds no drafts.
    return {}
  }
}

// A note that failed is among the failed changes as well; once they are sent again the draft follows.
useSaving.subscribe(({ failed }, before) => {
  if (failed.length > 0 || before.failed.length === 0) return
  for (const key of Object.keys(useNoteDrafts.getState().drafts)) void saveNote(key)
})
useLive.subscribe(({ connection }, before) => {
  if (connection !== 'open' || before.connection === 'open') return
  for (const key of Object.keys(useNoteDrafts.getState().drafts)) void saveNote(key)
})
