/** Mantine's theme: neutral greys, so that nothing near a picture tints it, and one warm accent. */
import { type MantineColorsTuple, createTheme } from '@mantine/core'
import classes from './theme.module.css'

const lamp: MantineColorsTuple = [
  '#fff8e6',
  '#ffeec2',
  '#fde08f',
  '#fbd05c',
  '#f6bf35',
  '#eaa91a',
  '#c98408',
  '#a16207',
  '#7d4d09',
  '#5b390a',
]

const dark: MantineColorsTuple = [
  '#ececea',
  '#cfcfcc',
  '#a6a6a2',
  '#868682',
  '#4a4a48',
  '#3a3a38',
  '#2a2a29',
  '#1c1c1b',
  '#151514',
  '#0f0f0e',
]

const gray: MantineColorsTuple = [
  '#fafaf9',
  '#f4f4f3',
  '#ebebe9',
  '#dededb',
  '#cbcbc8',
  '#a9a9a5',
  '#777773',
  '#565653',
  '#343432',
  '#1b1b1a',
]

export const theme = createTheme({
  primaryColor: 'lamp',
  primaryShade: { light: 5, dark: 4 },
  autoContrast: true,
  colors: { lamp, dark, gray },
  black: '#1b1b1a',
  // The same letters and figures on every machine; shipped, since nothing is fetched.
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.35' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '20px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm', variant: 'default' }, styles: { root: { fontWeight: 500 } } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' }, classNames: { root: classes.icon } },
    SegmentedControl: { classNames: { root: classes.segments, label: classes.segment } },
    TextInput: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, fz: 'xs' } },
    Modal: {
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        centered: true,
        overlayProps: { backgroundOpacity: 0.45 },
      },
      styles: {
        content: { border: '1px solid var(--hl-line)', backgroundColor: 'var(--hl-panel)' },
        header: { backgroundColor: 'var(--hl-panel)' },
        title: { fontSize: '0.9375rem', fontWeight: 600 },
      },
    },
  },
})
