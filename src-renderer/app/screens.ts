/** The one list of screens: routes, navigation, palette and the list of shortcuts are made from it. */
import {
  type Icon,
  IconColumns2,
  IconGridDots,
  IconLayoutGrid,
  IconLayoutList,
  IconListNumbers,
  IconPhotoEdit,
  IconStack2,
  IconTags,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import { triageCommands, summaryCommands } from '../features/triage/commands'
import { annotationCommands } from '../shared/annotating/commands'
import { confusionCommands } from '../features/confusion/commands'
import { PinCount } from '../features/compare/PinCount'
import { compareCommands } from '../features/compare/commands'
import { galleryCommands, selectionCommands, taggingCommands } from '../features/gallery/commands'
import { headCommands } from '../features/heads/commands'
import { sampleCommands } from '../features/sample/commands'
import type { CommandSet } from '../base/commands'
import type { RunScreenProps } from '../base/screen-props'
import { galleryState } from '../base/view'

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>

interface ScreenEntry {
  /** What the navigation calls it; also the name of the tab that is lit while a screen without its own is shown. */
  name: string
  /** For the navigation; screens without one are reached from others. */
  icon?: Icon
  commands?: readonly CommandSet[]
  /** Stands after its name in the navigation: a count. */
  Badge?: ComponentType
}

/** A screen over one run, at `/runs/RUN` and its path. */
export interface RunScreenEntry extends ScreenEntry {
  path: `/${string}`
  load: Load<RunScreenProps>
  /** The query of the tab's own screen, from the query of a screen that only lights it. */
  tabSearch?: (search: string, params: Record<string, string | undefined>) => string
  /** Its address says nothing of the filter in view, which stays what it was on the screen before. */
  withoutFilter?: boolean
  /** Parameters that its tab does not carry: their newest values are kept elsewhere. */
  notCarried?: readonly string[]
}

/** A screen of the whole program or project, at its path. */
export interface PlainScreenEntry extends ScreenEntry {
  path: `/${string}`
  load: Load<object>
}

/** In the order of the navigation: Gallery, Confusion, Heads, Methods, Compare, Annotations, Figures, then Runs. */
export const runScreens: readonly RunScreenEntry[] = [
  {
    name: 'Gallery',
    path: '/gallery',
    icon: IconLayoutGrid,
    commands: [galleryCommands, selectionCommands, taggingCommands],
    load: () => import('../features/gallery/GalleryScreen'),
  },
  {
    name: 'Gallery',
    path: '/samples/:id',
    commands: [sampleCommands, annotationCommands],
    load: () => import('../features/sample/SampleScreen'),
    tabSearch: (search, { id }) => galleryState.search({ ...galleryState.parse(search), at: Number(id) }),
  },
  {
    name: 'Gallery',
    path: '/likeness/:id',
    load: () => import('../features/likeness/LikenessScreen'),
    tabSearch: (search, { id }) => galleryState.search({ ...galleryState.parse(search), at: Number(id) }),
  },
  {
    name: 'Confusion',
    path: '/confusion',
    icon: IconGridDots,
    commands: [confusionCommands],
    load: () => import('../features/confusion/ConfusionScreen'),
  },
  { name: 'Heads', path: '/heads', icon: IconLayoutList, load: () => import('../features/heads/HeadsScreen') },
  {
    name: 'Heads',
    path: '/heads/:head',
    commands: [headCommands],
    load: () => import('../features/heads/HeadScreen'),
  },
  {
    name: 'Methods',
    path: '/methods',
    icon: IconListNumbers,
    withoutFilter: true,
    load: () => import('../features/methods/MethodsScreen'),
  },
  {
    name: 'Compare',
    path: '/compare',
    icon: IconColumns2,
    commands: [compareCommands],
    Badge: PinCount,
    notCarried: ['panes'],
    withoutFilter: true,
    load: () => import('../features/compare/CompareScreen'),
  },
  {
    name: 'Annotations',
    path: '/annotations',
    icon: IconTags,
    load: () => import('../features/annotations/AnnotationsScreen'),
  },
  {
    name: 'Figures',
    path: '/figures',
    icon: IconPhotoEdit,
    withoutFilter: true,
    load: () => import('../features/figures/FiguresScreen'),
  },
  {
    name: 'Gallery',
    path: '/triage',
    commands: [triageCommands, summaryCommands],
    load: () => import('../features/triage/TriageScreen'),
    tabSearch: (search) => galleryState.search(galleryState.parse(search)),
  },
]

export const plainScreens: readonly PlainScreenEntry[] = [
  { name: 'Start', path: '/', load: () => import('../features/start/StartScreen') },
  { name: 'New project', path: '/new', load: () => import('../features/new-project/NewProjectScreen') },
  { name: 'Runs', path: '/runs', icon: IconStack2, load: () => import('../features/runs/RunsScreen') },
]

/** The name of the first screen of a run whose path begins so. */
export const screenName = (path: string): string =>
  runScreens.find((entry) => entry.path.startsWith(path))?.name ?? 'Screen'
