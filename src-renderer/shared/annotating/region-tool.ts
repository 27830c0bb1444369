/** The drawing tool, and the region that is chosen: shared by the picture and the list beside it. */
import type { Annotation } from '@shared/api'
import { create } from 'zustand'
import { whenProjectLeft } from '../../api/open-project'

export type Tool = 'rectangle' | 'polygon'

export const useRegionTool = create<{ tool: Tool | null; chosen: string | null }>(() => ({ tool: null, chosen: null }))

whenProjectLeft(() => useRegionTool.setState({ tool: null, chosen: null }))

/** Takes the tool up, or puts it down again. */
export function toggleTool(tool: Tool): void {
  useRegionTool.setState((state) => ({ tool: state.tool === tool ? null : tool }))
}

export const chooseRegion = (chosen: string | null) => useRegionTool.setState({ chosen })

export const regionsOf = (annotations: Annotation[] | null | undefined): Annotation[] =>
  annotations?.filter(({ kind, shape }) => kind === 'region' && shape !== null) ?? []

/** What a region is called where it has no name. */
export function regionName({ text, shape }: Annotation): string {
  return text !== '' ? text : shape?.kind === 'rectangle' ? 'Rectangle' : 'Polygon'
}
