import { Autocomplete, Button, Modal } from '@mantine/core'
import type { Term } from '@shared/api'
import { useState } from 'react'
import { annotate, tryAgain } from '../../api/annotate'
import { useAnnotationState } from '../../api/annotation-queries'
import { notify } from '../../api/live'
import { formatCount } from '../../ui/format'
import classes from './NewTagByKey.module.css'
import { type OfferedTag, useOfferedTag } from './offered-tag'

/** Asks for the name of the tag of a digit that none has; Enter makes it and gives it to the samples. */
export function NewTagByKey() {
  const { offer } = useOfferedTag()
  const tags = useAnnotationState(offer !== null).data?.tags ?? []
  const close = () => useOfferedTag.setState({ offer: null })
  return (
    <Modal
      opened={offer !== null}
      onClose={close}
      size="24rem"
      title={`No tag has the key ${offer?.key ?? ''} yet`}
      zIndex={240}
      transitionProps={{ duration: 0 }}
    >
      {offer && <Form offer={offer} tags={tags} close={close} />}
    </Modal>
  )
}

function Form({ offer, tags, close }: { offer: OfferedTag; tags: readonly Term[]; close: () => void }) {
  const [typed, setTyped] = useState('')
  const name = typed.trim()
  const known = tags.find((tag) => tag.name.toLowerCase() === name.toLowerCase())
  const keyless = tags.filter(({ hotkey }) => hotkey === null).map((tag) => tag.name)
  const samples = offer.ids.length === 1 ? 'this sample' : `${formatCount(offer.ids.length)} samples`
  const submit = async (event: React.FormEvent) => {
    event.preventDefault()
    if (name === '') return
    close()
    const { ids, key, runId } = offer
    const saved = await annotate([{ kind: 'tag', tag: name, ids, on: true, hotkey: key }], runId)
    if (!saved) return notify('error', `“${name}” could not be saved.`, tryAgain)
    notify('info', `${saved.step?.title ?? `“${name}” has the key ${key}`}.`)
    offer.onTagged?.()
  }
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)}>
      <Autocomplete
        data-autofocus
        // At once: the dialog's own focus comes a moment later, and keys of that moment would be lost.
        autoFocus
        aria-label={`Name of the tag with the key ${offer.key}`}
        placeholder="Name a tag for this key"
        description={
          known?.hotkey
            ? `“${known.name}” keeps its own key, ${known.hotkey}.`
            : `Enter gives it to ${samples}. From then on ${offer.key} does.`
        }
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={keyless}
        // Escape closes an open list first, even an empty one.
        dropdownOpened={keyless.length === 0 ? false : undefined}
        comboboxProps={{ zIndex: 245 }}
        maxLength={100}
        value={typed}
        onChange={setTyped}
      />
      <Button type="submit" variant="filled" disabled={name === ''}>
        Tag
      </Button>
    </form>
  )
}
