import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { useProject } from '../api/queries'
import { screenOf } from '../shared/screen-of'
import { links } from '../base/links'

let isDecided = false

/**
 * A window that opens on a project begins in it; the start screen is a click away. Once: later visits to the start screen
 * stay there, and so does whoever clicks or types before the project is known.
 */
export function useOpenStraight(): void {
  const [path, navigate] = useLocation()
  const { data: project, isSuccess } = useProject()
  useEffect(() => {
    const decide = () => (isDecided = true)
    addEventListener('pointerdown', decide, { capture: true })
    addEventListener('keydown', decide, { capture: true })
    return () => {
      removeEventListener('pointerdown', decide, { capture: true })
      removeEventListener('keydown', decide, { capture: true })
    }
  }, [])
  useEffect(() => {
    if (isDecided || !isSuccess) return
    if (path !== links.start || !project || project.runs.length === 0) {
      isDecided = true
      return
    }
    void screenOf(project).then((screen) => {
      if (!isDecided && location.pathname === links.start) navigate(screen, { replace: true })
      isDecided = true
    })
  }, [isSuccess, navigate, path, project])
}
