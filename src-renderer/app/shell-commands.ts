import type { ShellCommand } from '@shared/api'
import { useEffect, useEffectEvent } from 'react'
import { service } from '../api/service'

/** Answers the desktop application's menu. `open` and `open-project` are answered by `DropTarget`. */
export function useShellCommands(answers: Partial<Record<ShellCommand, () => void>>): void {
  const answer = useEffectEvent((command: ShellCommand) => answers[command]?.())
  useEffect(() => service.on('shell.command', ({ command }) => answer(command)), [])
}
