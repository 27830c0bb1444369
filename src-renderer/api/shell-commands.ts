/** What the desktop application asks of its window: commands of its menu, and paths that it was given to open. */
import type { ShellCommand } from '@shared/api'
import { useEffect, useEffectEvent } from 'react'
import { service } from './service'

/** Answers the desktop application's menu. `open` and `open-project` are answered by `DropTarget`. */
export function useShellCommands(answers: Partial<Record<ShellCommand, () => void>>): void {
  const answer = useEffectEvent((command: ShellCommand) => answers[command]?.())
  useEffect(() => service.on('shell.command', ({ command }) => answer(command)), [])
}

/** A path that the application was asked to open, each given out once; null when there is none left. */
export const nextOpenedPath = () => service.call('app.opened', {})
