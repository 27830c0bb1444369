import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { queryClient } from '../api/query-client'
import { DropTarget } from '../features/start/DropTarget'
import { Frame } from './Frame'
import { Screens } from './Screens'
import { theme } from './theme'

/** The whole window. */
export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Frame>
          <Screens />
          <DropTarget />
        </Frame>
      </QueryClientProvider>
    </MantineProvider>
  )
}
