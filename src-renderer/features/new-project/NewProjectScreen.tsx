import { useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { useDatasetReport, useModelInspection, useProject, useStartRun } from '../../api/queries'
import { links } from '../../app/links'
import { usePageTitle } from '../../app/page-title'
import { DatasetSection } from './DatasetSection'
import { ModelSection } from './ModelSection'
import classes from './NewProjectScreen.module.css'
import { RunSection } from './RunSection'
import { EMPTY_FORM, obstacle, startRun } from './run-form'

/** Model and images in, run out: what was chosen is part of the address, so that a reload keeps it. */
export default function NewProjectScreen() {
  const [params, setParams] = useSearchParams()
  const [, navigate] = useLocation()
  const [form, setForm] = useState(EMPTY_FORM)
  const project = useProject().data
  const intoProject = params.get('into') === 'project' && project != null
  const [modelPath, dataPath] = [params.get('model'), params.get('data')]
  const model = useModelInspection(modelPath)
  const dataset = useDatasetReport(dataPath, model.data?.supported ? modelPath : null)
  const starting = useStartRun()
  usePageTitle(intoProject ? 'New run' : 'New project')

  const choose = (name: 'model' | 'data', path: string) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old)
        next.set(name, path)
        return next
      },
      { replace: true },
    )
  const start = (projectPath: string) => {
    if (modelPath === null || !dataset.data) return
    starting.mutate(
      { projectPath: intoProject ? null : projectPath, run: startRun(form, modelPath, dataset.data) },
      { onSuccess: (run) => navigate(links.gallery(run.id)) },
    )
  }
  return (
    <div className={classes.screen}>
      <h1 className={classes.title}>{intoProject ? `New run in ${project.name}` : 'New project'}</h1>
      <div className={classes.columns}>
        <div className={classes.inputs}>
          <ModelSection path={modelPath} inspection={model} onChoose={(path) => choose('model', path)} />
          <DatasetSection
            path={dataPath}
            report={dataset}
            modelKnown={model.data?.supported === true}
            onChoose={(path) => choose('data', path)}
          />
        </div>
        <RunSection
          form={form}
          setForm={setForm}
          intoProject={intoProject}
          modelPath={modelPath}
          dataPath={dataPath}
          masks={dataset.data?.masks ?? null}
          obstacle={obstacle({ path: modelPath, report: model.data }, { path: dataPath, report: dataset.data }, form)}
          starting={starting.isPending}
          error={starting.error}
          onStart={start}
        />
      </div>
    </div>
  )
}
