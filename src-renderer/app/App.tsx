import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { queryClient } from '../api/query-client'
import { DropTarget } from './DropTarget'
import { ScreenNames } from '../shared/saved-views/screen-names'
import { Frame } from './Frame'
import { screenName } from './screens'
import { Screens } from './Screens'
import { theme } from './theme'

/** The whole window. */
export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <ScreenNames value={screenName}>
          <Frame>
            <Screens />
            <DropTarget />
          </Frame>
        </ScreenNames>
      </QueryClientProvider>
    </MantineProvider>
  )
}
