import { Group, Kbd, Modal, Table } from '@mantine/core'

const shortcuts: { screen: string; keys: [string[], string][] }[] = [
  {
    screen: 'Gallery',
    keys: [
      [['←', '→', '↑', '↓'], 'Move between samples'],
      [['Home', 'End'], 'First and last sample'],
      [['Enter'], 'Open the sample'],
      [['/'], 'Write a filter'],
      [['O'], 'Overlay on and off'],
      [['M'], 'Next method'],
    ],
  },
  {
    screen: 'Sample',
    keys: [
      [['←', '→'], 'Previous and next sample of the result'],
      [['Esc'], 'Leave the head, then back to the gallery'],
      [['O'], 'Overlay on and off'],
      [['M'], 'Next method'],
    ],
  },
  { screen: 'Everywhere', keys: [[['?'], 'This list']] },
]

/** Every keyboard shortcut, by screen. */
export function ShortcutsDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size="md">
      <Table verticalSpacing={6}>
        {shortcuts.map(({ screen, keys }) => (
          <Table.Tbody key={screen}>
            <Table.Tr>
              <Table.Th colSpan={2}>{screen}</Table.Th>
            </Table.Tr>
            {keys.map(([names, what]) => (
              <Table.Tr key={what}>
                <Table.Td>
                  <Group gap={4}>
                    {names.map((name) => (
                      <Kbd key={name}>{name}</Kbd>
                    ))}
                  </Group>
                </Table.Td>
                <Table.Td>{what}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        ))}
      </Table>
    </Modal>
  )
}
