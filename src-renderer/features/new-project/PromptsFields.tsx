import { Button, Textarea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { readTypedPrompts } from '@shared/typed-prompts'
import { useState } from 'react'
import type { ModelChoice } from '../../api/queries'
import { PathPicker } from '../../ui/PathPicker'
import classes from './NewProjectScreen.module.css'
import { folderOf } from './model-words'

interface PromptsFieldsProps {
  modelPath: string
  choice: ModelChoice
  /** The lines that stand in the field at first: what was typed before, or the prompts of the former run. */
  text: string
  onType: (text: string) => void
  onChooseFile: (path: string) => void
}

const FILES = { names: /\.(csv|tsv)$/i, hint: 'Choose a .csv with the columns name and prompt.' }

/** Prompts of a model that compares pictures with texts: typed, one a line, or from a file. */
export function PromptsFields({ modelPath, choice, text, onType, onChooseFile }: PromptsFieldsProps) {
  const [draft, setDraft] = useState(text)
  const [problem, setProblem] = useState<string | null>(null)
  const [picking, picker] = useDisclosure(false)
  const { classes: chosen } = choice
  const isFile = chosen !== null && chosen !== undefined && chosen.typed === undefined && chosen.prompts === true
  const use = () => {
    const read = readTypedPrompts(draft)
    setProblem('problem' in read ? read.problem : null)
    if ('prompts' in read) onType(draft)
  }
  return (
    <div role="group" aria-label="Prompts">
      <h3 className={classes.subheading}>Prompts</h3>
      <p className={classes.path}>
        {isFile
          ? chosen.path
          : 'This model compares pictures with texts. Each prompt names a class; several of one name are templates, whose mean is taken.'}
      </p>
      <Textarea
        size="xs"
        label="Name, prompt: one a line"
        placeholder={'cat, a photo of a cat.\ndog, a photo of a dog.'}
        autosize
        minRows={3}
        maxRows={12}
        spellCheck={false}
        value={draft}
        error={problem}
        onChange={(event) => {
          setDraft(event.currentTarget.value)
          setProblem(null)
        }}
      />
      <div className={classes.promptActions}>
        <Button size="xs" variant={chosen ? 'default' : 'filled'} disabled={draft.trim() === ''} onClick={use}>
          Use these prompts
        </Button>
        <Button size="xs" variant="default" onClick={picker.open}>
          Choose a file of prompts
        </Button>
      </div>
      <PathPicker
        opened={picking}
        onClose={picker.close}
        wanted="file"
        accept={FILES}
        title="Choose a file of prompts"
        startAt={folderOf(isFile ? chosen.path : modelPath)}
        onPick={onChooseFile}
      />
    </div>
  )
}
