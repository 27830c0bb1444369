import { useEffect } from 'react'
import { useLocation } from 'wouter'
import { useProject } from '../api/queries'
import { screenOf } from '../shared/screen-of'
import { links } from '../base/links'

/** A window that opens on a project begins in it; the start screen is a click away. Once: later visits to it stay. */
let began = false

export function useOpenStraight(): void {
  const [path, navigate] = useLocation()
  const { data: project, isSuccess } = useProject()
  useEffect(() => {
    if (began || !isSuccess) return
    began = true
    if (path === links.start && project && project.runs.length > 0) {
      void screenOf(project).then((screen) => location.pathname === links.start && navigate(screen, { replace: true }))
    }
  }, [isSuccess, navigate, path, project])
}
