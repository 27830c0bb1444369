import { createContext } from 'react'

/** The name of the screen of a run whose path begins so, as the list of screens has it; the frame gives it. */
export const ScreenNames = createContext<(path: string) => string>(() => 'Screen')
