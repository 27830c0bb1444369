import { Button, Loader, Modal, TextInput, UnstyledButton } from '@mantine/core'
import type { FolderEntry, FolderListing } from '@shared/api'
import { datasetFileKind } from '@shared/dataset-kinds'
import { IconArrowUp, IconBox, IconFile, IconFolder, IconPhoto, IconStack2, IconTable } from '@tabler/icons-react'
import { useState } from 'react'
import { useFolder } from '../api/queries'
import { InlineError } from './Messages'
import { keepLastFolder, lastFolder } from './last-folders'
import classes from './PathPicker.module.css'
import { formatBytes, formatCount } from './format'

interface PathPickerProps {
  opened: boolean
  onClose: () => void
  wanted: 'model' | 'project' | 'dataset' | 'file' | 'folder'
  title: string
  /** Names that may be chosen where a file is wanted, and the sentence that says so. */
  accept?: { names: RegExp; hint: string }
  /** The folder to begin in; null is the one where it was last, and at first the main side's choice. */
  startAt: string | null
  onPick: (path: string) => void
}

/** Chooses a file or folder of the machine that Headlight runs on, which need not be the one in front of the user. */
export function PathPicker({ opened, onClose, wanted, title, accept, startAt, onPick }: PathPickerProps) {
  const [folder, setFolder] = useState(() => startAt ?? lastFolder(wanted))
  const [typed, setTyped] = useState<string | null>(null)
  const listing = useFolder(folder, opened)
  const [begun, setBegun] = useState(folder)
  // The folder it was in last may be gone: it begins in the usual place then.
  if (listing.isError && folder !== null && folder === begun && startAt === null) {
    setBegun(null)
    setFolder(null)
  }
  const go = (path: string) => {
    setTyped(null)
    setFolder(path)
  }
  const pick = (path: string) => {
    if (listing.data) keepLastFolder(wanted, listing.data.path)
    onPick(path)
    onClose()
  }
  const enter = (entry: FolderEntry, from: FolderListing) => {
    const path = joinPath(from.path, entry.name)
    if (entry.kind === 'folder') go(path)
    else if (isChoosable(entry)) pick(path)
  }
  const isChoosable = ({ kind, name }: FolderEntry) =>
    wanted === 'folder'
      ? false
      : wanted === 'file'
        ? kind !== 'project' && accept?.names.test(name) === true
        : kind === wanted
  const images = listing.data?.entries.filter(({ kind }) => kind === 'image').length ?? 0
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={720}>
      <div className={classes.picker}>
        <nav className={classes.roots} aria-label="Places">
          {listing.data?.roots.map(({ name, path }) => (
            <UnstyledButton key={path} className={classes.root} onClick={() => go(path)}>
              {name}
            </UnstyledButton>
          ))}
        </nav>
        <div className={classes.main}>
          <div className={classes.address}>
            <Button
              size="xs"
              px={8}
              aria-label="Parent folder"
              disabled={!listing.data?.parent}
              onClick={() => listing.data?.parent && go(listing.data.parent)}
            >
              <IconArrowUp size={15} />
            </Button>
            <TextInput
              className={classes.path}
              size="xs"
              aria-label="Path"
              spellCheck={false}
              value={typed ?? listing.data?.path ?? ''}
              rightSection={listing.isFetching && <Loader size={12} color="gray" />}
              // A folder that comes later is not put into what is being typed.
              onFocus={() => listing.data === undefined && setTyped('')}
              onBlur={() => typed === '' && setTyped(null)}
              onChange={(event) => setTyped(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || typed === null) return
                const path = typed.trim()
                if (isWanted(path, wanted, accept)) pick(path)
                else go(path)
              }}
            />
          </div>
          {listing.isError ? (
            <InlineError error={listing.error} retry={listing.refetch} />
          ) : (
            <ul className={classes.entries} aria-label="Entries" aria-busy={listing.isFetching}>
              {listing.data?.entries.map((entry) => (
                <li key={entry.name}>
                  <UnstyledButton
                    className={classes.entry}
                    disabled={!isChoosable(entry) && entry.kind !== 'folder'}
                    onClick={() => enter(entry, listing.data)}
                  >
                    <EntryIcon kind={entry.kind} />
                    <span className={classes.name}>
                      {entry.name}
                      {entry.note && <span className={classes.note}>{entry.note}</span>}
                    </span>
                    {entry.bytes > 0 && <span className={classes.size}>{formatBytes(entry.bytes)}</span>}
                  </UnstyledButton>
                </li>
              ))}
              {listing.data?.entries.length === 0 && <li className={classes.empty}>This folder is empty.</li>}
            </ul>
          )}
        </div>
      </div>
      <footer className={classes.footer}>
        <span className={classes.hint}>{accept?.hint ?? hintOf(wanted, images)}</span>
        <Button onClick={onClose}>Cancel</Button>
        {(wanted === 'dataset' || wanted === 'folder') && (
          <Button
            variant="filled"
            disabled={!listing.data || listing.isError}
            onClick={() => listing.data && pick(listing.data.path)}
          >
            Use this folder
          </Button>
        )}
      </footer>
    </Modal>
  )
}

function EntryIcon({ kind }: { kind: FolderEntry['kind'] }) {
  const Icon = {
    folder: IconFolder,
    model: IconBox,
    project: IconTable,
    dataset: IconStack2,
    image: IconPhoto,
    file: IconFile,
  }[kind]
  return <Icon size={16} stroke={1.5} data-kind={kind} aria-hidden />
}

function hintOf(wanted: PathPickerProps['wanted'], images: number): string {
  if (wanted === 'folder') return 'Go into the folder, then use it.'
  if (wanted === 'model') return 'Choose a model: a file that ends in .onnx.'
  if (wanted === 'project') return 'Choose a project: a folder that ends in .headlight.'
  return images > 0
    ? `${formatCount(images)} images lie directly in this folder.`
    : 'Folders inside it are taken as classes. Archives and tables of images can be chosen, too.'
}

function isWanted(path: string, wanted: PathPickerProps['wanted'], accept: PathPickerProps['accept']): boolean {
  if (wanted === 'file') return accept?.names.test(path) === true
  if (wanted === 'dataset') return datasetFileKind(path) !== null
  if (wanted === 'model') return /\.onnx$/i.test(path)
  return wanted === 'project' && /\.headlight[/\\]?$/i.test(path)
}

function joinPath(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.startsWith('/') ? '\\' : '/'
  return folder.endsWith(separator) ? folder + name : folder + separator + name
}
