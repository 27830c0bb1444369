import type { MenuItemConstructorOptions } from 'electron'
import { expect, test, vi } from 'vitest'
import { menuTemplate } from './desktop-menu'

const itemsOf = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])])

test.each(['darwin', 'win32', 'linux'] as const)(
  '%s: every item does something, by its role or by a click',
  (platform) => {
    const items = itemsOf(menuTemplate({ platform, command: vi.fn(), reload: vi.fn() }))
    const idle = items.filter(({ role, click, submenu, type }) => !role && !click && !submenu && type !== 'separator')
    expect(idle).toEqual([])
    const roles = items.map(({ role }) => role)
    // Without the edit roles, copy and paste have no keys on macOS (electronjs.org/docs/api/menu#macos-application-menu).
    expect(roles).toContain('editMenu')
    expect(roles.includes('appMenu')).toBe(platform === 'darwin')
    expect(roles.includes('quit')).toBe(platform !== 'darwin')
  },
)

test('keys that the window answers are shown and not registered; the others tell the window', () => {
  const command = vi.fn()
  const items = itemsOf(menuTemplate({ platform: 'linux', command, reload: vi.fn() }))
  const byKey = (accelerator: string) => items.find((item) => item.accelerator === accelerator)
  expect(byKey('CmdOrCtrl+K')?.registerAccelerator).toBe(false)
  expect(byKey('CmdOrCtrl+O')?.registerAccelerator).toBeUndefined()
  for (const { click } of items) (click as undefined | (() => void))?.()
  expect(command.mock.calls.flat()).toEqual(['new-project', 'open-project', 'palette', 'scheme', 'shortcuts'])
})
