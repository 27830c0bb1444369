import { Button, Checkbox, Modal, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { EXPORT_FORMATS, EXPORT_WHATS, type ExportWhat, OVERLAY_SIZE, type RunInfo } from '@shared/api'
import { METHODS, type MethodId } from '@headlight/explain/methods'
import { givesBoxes } from '@shared/detection-box'
import { IconFolder } from '@tabler/icons-react'
import { useState } from 'react'
import { useStartExport } from '../../api/export-queries'
import { useFilterCounts } from '../../api/filter-counts'
import { InlineError } from '../../ui/Messages'
import { PathPicker } from '../../ui/PathPicker'
import { formatCount } from '../../ui/format'
import { ExportJobs } from './ExportJobs'
import classes from './Exports.module.css'
import { type ExportForm, FORMAT_NAMES, newForm, requestOf, WHAT_NAMES, withFormat, withWhat } from './export-form'

interface ExportDialogProps {
  run: RunInfo
  filter: string
  /** What the form begins with. */
  what: ExportWhat
  /** Where files go unless chosen otherwise. */
  folder: string
  onClose: () => void
}

/** What, in which format, of which samples, and where to; and the exports that are under way. */
export function ExportDialog({ run, filter, what, folder, onClose }: ExportDialogProps) {
  const [form, setForm] = useState(() => newForm(run, folder, what))
  const [shown] = useFilterCounts(run.id, [filter])
  const [picking, setPicking] = useState(false)
  const start = useStartExport()
  const set = (part: Partial<ExportForm>) => setForm({ ...form, ...part })
  const isFolder = form.what === 'overlays'
  return (
    <>
      <Modal opened={!picking} onClose={onClose} title="Export" size={560}>
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault()
            start.mutate(requestOf(form, run, filter))
          }}
        >
          <p className={classes.part}>
            {shown === undefined ? 'Samples' : `${formatCount(shown)} ${shown === 1 ? 'sample' : 'samples'}`} of{' '}
            {run.name}
            {filter !== '' && (
              <>
                : <code>{filter}</code>
              </>
            )}
          </p>
          <div className={classes.pair}>
            <NativeSelect
              label="What"
              value={form.what}
              data={EXPORT_WHATS.map((what) => ({ value: what, label: WHAT_NAMES[what].name }))}
              onChange={(event) => setForm(withWhat(form, event.currentTarget.value as ExportWhat))}
            />
            <NativeSelect
              label="Format"
              value={form.format}
              data={EXPORT_FORMATS[form.what].map((format) => ({
                value: format,
                label: FORMAT_NAMES[format] ?? format,
              }))}
              onChange={(event) => setForm(withFormat(form, event.currentTarget.value))}
            />
          </div>
          <p className={classes.about}>{WHAT_NAMES[form.what].about}</p>
          {isFolder && <OverlayFields form={form} run={run} set={set} />}
          <div className={classes.place}>
            <TextInput
              label="Folder"
              value={form.folder}
              spellCheck={false}
              onChange={(event) => set({ folder: event.currentTarget.value })}
            />
            <Button leftSection={<IconFolder size={15} aria-hidden />} onClick={() => setPicking(true)}>
              Browse
            </Button>
          </div>
          <TextInput
            label={isFolder ? 'New folder in it' : 'File name'}
            value={form.name}
            spellCheck={false}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          {!isFolder && (
            <Checkbox
              label="Replace a file of this name"
              checked={form.replace}
              onChange={(event) => set({ replace: event.currentTarget.checked })}
            />
          )}
          {start.isError && <InlineError error={start.error} />}
          <footer className={classes.footer}>
            <Button onClick={onClose}>Close</Button>
            <Button
              type="submit"
              variant="filled"
              loading={start.isPending}
              disabled={form.folder.trim() === '' || form.name.trim() === ''}
            >
              Export
            </Button>
          </footer>
        </form>
        <ExportJobs />
      </Modal>
      <PathPicker
        opened={picking}
        onClose={() => setPicking(false)}
        wanted="folder"
        title="Folder of the export"
        startAt={form.folder || null}
        onPick={(path) => set({ folder: path })}
      />
    </>
  )
}

interface OverlayFieldsProps {
  form: ExportForm
  run: RunInfo
  set: (part: Partial<ExportForm>) => void
}

function OverlayFields({ form, run, set }: OverlayFieldsProps) {
  return (
    <>
      <div className={classes.pair}>
        <NativeSelect
          label="Method"
          value={form.method}
          data={run.definition.methods.map((method) => ({ value: method, label: METHODS[method].name }))}
          onChange={(event) => set({ method: event.currentTarget.value as MethodId })}
        />
        {form.format === 'png' && (
          <NumberInput
            label="Longer side, pixels"
            value={form.size}
            min={16}
            max={OVERLAY_SIZE.largest}
            clampBehavior="strict"
            allowDecimal={false}
            onChange={(size) => typeof size === 'number' && set({ size })}
          />
        )}
      </div>
      <TextInput
        label="Names of files"
        description="{path}, {name}, {label}, {prediction}, {method}, {id}"
        value={form.pattern}
        spellCheck={false}
        onChange={(event) => set({ pattern: event.currentTarget.value })}
      />
      {form.format === 'png' && givesBoxes(run.model) && (
        <Checkbox
          label="Draw the boxes of explained queries"
          checked={form.boxes}
          onChange={(event) => set({ boxes: event.currentTarget.checked })}
        />
      )}
      <Checkbox
        label="Go on: leave overlays that are there"
        checked={form.skipExisting}
        onChange={(event) => set({ skipExisting: event.currentTarget.checked })}
      />
    </>
  )
}
