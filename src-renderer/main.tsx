import '@fontsource-variable/inter/wght.css'
import '@mantine/core/styles.layer.css'
import './app/tokens.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { listenToService } from './api/query-client'
import { App } from './app/App'
import { preloadScreens } from './app/Screens'

listenToService()
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root.')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
preloadScreens()
