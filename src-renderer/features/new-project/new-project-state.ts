/** What the form of a new run holds: paths in the address, so that Back and reload keep them, and the rest per choice. */
import type { LabelMapping, Preprocessing } from '@shared/api'
import { useSessionStorage } from '@mantine/hooks'
import { useLocation } from 'wouter'
import { text, step, urlState, useUrlState } from '../../app/url-state'
import { EMPTY_FORM, type RunForm } from './run-form'

const paths = urlState({
  /** 'project' when the run joins the open project. */
  into: text(),
  model: step(text()),
  data: step(text()),
  preprocess: step(text()),
  labels: step(text()),
})

/** Changes that belong to one model and dataset; another choice begins without them. */
interface Changes {
  of: string
  preprocessing: Preprocessing | null
  labelMapping: LabelMapping
}

/** The whole state of the form. `clear` forgets what is not in the address. */
export function useNewProject() {
  const [{ into, model, data, preprocess, labels }, setPaths] = useUrlState(paths)
  const [, navigate] = useLocation()
  const [form, setForm, clearForm] = useSessionStorage<RunForm>({
    key: 'new-run-form',
    defaultValue: EMPTY_FORM,
    getInitialValueInEffect: false,
  })
  const of = JSON.stringify([model, data, preprocess, labels])
  const nothing: Changes = { of, preprocessing: null, labelMapping: [] }
  const [stored, store, clearChanges] = useSessionStorage<Changes>({
    key: 'new-run-changes',
    defaultValue: nothing,
    getInitialValueInEffect: false,
  })
  const changes = stored.of === of ? stored : nothing
  return {
    joinsProject: into === 'project',
    modelPath: model || null,
    dataPath: data || null,
    preprocessPath: preprocess || null,
    labelsPath: labels || null,
    // Files that were chosen for one model are not meant for the next.
    chooseModel: (path: string) => setPaths({ model: path, preprocess: '', labels: '' }),
    chooseData: (path: string) => setPaths({ data: path }),
    choosePreprocessing: (path: string) => setPaths({ preprocess: path }),
    chooseLabels: (path: string) => setPaths({ labels: path }),
    ...changes,
    changePreprocessing: (preprocessing: Preprocessing | null) => store({ ...changes, preprocessing }),
    changeMapping: (labelMapping: LabelMapping) => store({ ...changes, labelMapping }),
    form,
    setForm,
    leave(address: string) {
      clearForm()
      clearChanges()
      navigate(address)
    },
  }
}
