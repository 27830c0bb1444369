import type { RunInfo, SampleDetail } from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'
import type { ReactNode } from 'react'
import { useSampleNotes } from '../../api/sample-queries'
import { isNumber } from '../../ui/confidence-text'
import { className } from '../../base/class-name'
import { Facts } from '../../ui/Facts'
import { Panel } from '../../ui/Panel'
import { sampleLocalisation } from './SampleLocalisation'

interface SampleFactsProps {
  run: RunInfo
  /** The method whose stored map is shown; null where another map or none is. */
  method: MethodId | null
}

/** Where the sample comes from, and how the model gets to see it. */
export function SampleFacts({ detail, ...props }: SampleFactsProps & { detail: SampleDetail | undefined }) {
  return detail ? <FactsOf {...props} detail={detail} /> : null
}

function FactsOf({ run, method, detail }: SampleFactsProps & { detail: SampleDetail }) {
  const { row } = detail
  const notes = useSampleNotes(run.id, row.id)
  const { preprocessing } = run.definition
  return (
    <Panel title="Sample">
      <Facts
        facts={[
          ['File', row.path],
          ['Pixels', row.width > 0 ? `${row.width} × ${row.height}` : null],
          ['Model sees', `${preprocessing.size.width} × ${preprocessing.size.height}`],
          ['Pixels differ', notes.length > 0 ? notes.join(' ') : null],
          ['Label', row.datasetLabel ?? row.labelName ?? 'none'],
          [
            'Class of the label',
            row.datasetLabel === null || isNumber(run) ? null : row.label === null ? 'none' : row.labelName,
          ],
          ['Split', row.split],
          ['Against the mask', sampleLocalisation(detail, method)],
          ['Prediction', row.prediction === null || isNumber(run) ? null : className(run, row.prediction)],
          ...Object.entries(detail.metadata ?? {}).map(([name, value]): [string, ReactNode] => [
            `meta.${name}`,
            String(value),
          ]),
        ]}
      />
    </Panel>
  )
}
