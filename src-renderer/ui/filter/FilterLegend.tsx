import { Code, Table } from '@mantine/core'

const terms = [
  ['label:Shirt,Coat', 'label is one of these classes'],
  ['pred:Coat', 'prediction'],
  ['correct:false', 'predicted wrong'],
  ['conf>0.9', 'probability of the prediction; in a run of a number, the number'],
  ['head(7,2)>0.5', 'weight of head 2 in layer 7, counted from 0'],
  ['boot', 'path or label contains'],
  ['path:night', 'file name contains'],
  ['error:true', 'file could not be read'],
  ['-label:Bag', 'everything else'],
] as const

/** The filter language in nine lines. */
export function FilterLegend() {
  return (
    <Table verticalSpacing={2} horizontalSpacing={6} withRowBorders={false} fz="xs">
      <Table.Tbody>
        {terms.map(([term, meaning]) => (
          <Table.Tr key={term}>
            <Table.Td>
              <Code fz="xs">{term}</Code>
            </Table.Td>
            <Table.Td c="dimmed">{meaning}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
