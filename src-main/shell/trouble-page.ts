/** The error page of the desktop window: what happened, what is saved, and a way back. */
import { APP_ORIGIN } from './app-origin'

export type Trouble =
  /** The page did not load; Chromium's name for the reason. */
  | { kind: 'load'; reason: string }
  /** The process that draws the page ended. */
  | { kind: 'gone'; reason: string }
  /** Nothing was drawn within the time that any machine needs. */
  | { kind: 'silent'; seconds: number }

/** Reasons of 'render-process-gone' (electronjs.org/docs/api/structures/render-process-gone-details) in words. */
const GONE: Record<string, string> = {
  oom: 'The window ran out of memory.',
  'memory-eviction': 'The system took the memory of the window for another program.',
  killed: 'The process that draws the window was ended from outside.',
  'launch-failed': 'The process that draws the window could not be started.',
  'integrity-failure': "A file of the program is not the one that was installed, so the window's code was refused.",
}

/** The page as an address that needs no file of the program, since those may be what is wrong. */
export function troublePage(trouble: Trouble): string {
  return `data:text/html;charset=utf-8,${encodeURIComponent(html(describeTrouble(trouble)))}`
}

/** What happened, in a sentence. */
export function describeTrouble(trouble: Trouble): string {
  if (trouble.kind === 'load') return `The window's page could not be loaded (${trouble.reason}).`
  if (trouble.kind === 'silent') return `The window's page has drawn nothing for ${trouble.seconds} seconds.`
  return GONE[trouble.reason] ?? `The process that draws the window ended unexpectedly (${trouble.reason}).`
}

function html(sentence: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Headlight</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem;color:#1d1d1b;background:#fbfbf9}
h1{font-size:1.3rem}a{color:#0b5c45}@media(prefers-color-scheme:dark){body{color:#e9e9e4;background:#1b1c1a}a{color:#6fcfae}}</style>
<h1>The window has to be loaded again</h1>
<p>${escape(sentence)}</p>
<p>Nothing that was saved is lost, and a run goes on: both live in processes of their own.</p>
<p><a href="${APP_ORIGIN}/">Load the window again</a></p>
<p>If this comes back, start the program from a terminal; what it prints there, and the bug report of the start screen,
say more.</p></html>`
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
