import { ActionIcon, Button, Menu, Modal, TextInput } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useDeleteRun, useRenameRun } from '../../api/run-changes'
import { InlineError } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import classes from './RunsScreen.module.css'

/** What changes a run as a whole: its name, and whether it is there. */
export function RunMenu({ run }: { run: RunInfo }) {
  const [asked, setAsked] = useState<'name' | 'delete' | null>(null)
  const close = () => setAsked(null)
  return (
    <>
      <Menu position="bottom-end" shadow="md" width={180}>
        <Menu.Target>
          <ActionIcon size="md" aria-label={`More for ${run.name}`}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={14} aria-hidden />} onClick={() => setAsked('name')}>
            Rename…
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={14} aria-hidden />} onClick={() => setAsked('delete')}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={asked === 'name'} onClose={close} title="Rename the run">
        <NameForm run={run} onDone={close} />
      </Modal>
      <Modal opened={asked === 'delete'} onClose={close} title="Delete the run">
        <DeleteQuestion run={run} onDone={close} />
      </Modal>
    </>
  )
}

function NameForm({ run, onDone }: { run: RunInfo; onDone: () => void }) {
  const [name, setName] = useState(run.name)
  const rename = useRenameRun(run.id)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') rename.mutate(name.trim(), { onSuccess: onDone })
      }}
    >
      <TextInput
        label="Name"
        maxLength={200}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {rename.isError && <InlineError error={rename.error} />}
      <footer className={classes.answers}>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="filled" loading={rename.isPending} disabled={name.trim() === ''}>
          Rename
        </Button>
      </footer>
    </form>
  )
}

function DeleteQuestion({ run, onDone }: { run: RunInfo; onDone: () => void }) {
  const remove = useDeleteRun(run)
  return (
    <>
      <p>
        “{run.name}” has results of {formatCount(run.done)} images. They can be brought back until the project closes;
        annotations of the images stay in any case.
      </p>
      {remove.isError && <InlineError error={remove.error} />}
      <footer className={classes.answers}>
        <Button data-autofocus onClick={onDone}>
          Keep it
        </Button>
        <Button
          variant="filled"
          color="red"
          loading={remove.isPending}
          onClick={() => remove.mutate(undefined, { onSuccess: onDone })}
        >
          Delete
        </Button>
      </footer>
    </>
  )
}
