import { useDatasetReport, useModelInspection, useProject, useStartRun } from '../../api/queries'
import { useModelFiles } from '../../api/new-project-queries'
import { links } from '../../app/links'
import { usePageTitle } from '../../app/page-title'
import { DropTarget } from '../start/DropTarget'
import { DatasetSection } from './DatasetSection'
import { LabelsSection } from './LabelsSection'
import { ModelSection } from './ModelSection'
import classes from './NewProjectScreen.module.css'
import { PreprocessingSection } from './PreprocessingSection'
import { RunSection } from './RunSection'
import { useNewProject } from './new-project-state'
import { obstacle, startRun } from './run-form'

/** Model and images in, run out. Everything is in sight at once; what is not chosen yet says what it waits for. */
export default function NewProjectScreen() {
  const state = useNewProject()
  const { modelPath, dataPath, labelsPath, form } = state
  const project = useProject().data
  const intoProject = state.joinsProject && project != null
  const inspection = useModelInspection(modelPath)
  const model = inspection.data?.supported ? inspection.data : undefined
  const knownModel = model ? modelPath : null
  const files = useModelFiles(knownModel, state.preprocessPath, labelsPath)
  const dataset = useDatasetReport(dataPath, knownModel, labelsPath)
  const starting = useStartRun()
  usePageTitle(intoProject ? 'New run' : 'New project')

  const preprocessing = state.preprocessing ?? files.data?.preprocessing ?? null
  const inTheWay = obstacle(
    { path: modelPath, report: inspection.data },
    { path: dataPath, report: dataset.data },
    preprocessing,
    form,
  )
  const request =
    modelPath !== null && dataset.data && inTheWay === null
      ? startRun(form, { modelPath, labelsPath, preprocessing, labelMapping: state.labelMapping }, dataset.data)
      : null
  const start = (projectPath: string) => {
    if (!request) return
    starting.mutate(
      { projectPath: intoProject ? null : projectPath, run: request },
      { onSuccess: (run) => state.leave(links.gallery(run.id)) },
    )
  }
  return (
    <div className={classes.screen}>
      <DropTarget />
      <h1 className={classes.title}>{intoProject ? `New run in ${project.name}` : 'New project'}</h1>
      <div className={classes.columns}>
        <div className={classes.inputs}>
          <ModelSection path={modelPath} inspection={inspection} onChoose={state.chooseModel} />
          <DatasetSection path={dataPath} report={dataset} onChoose={state.chooseData} />
          <PreprocessingSection
            model={model}
            files={files}
            preprocessing={preprocessing}
            dataPath={dataset.data ? dataPath : null}
            onChange={state.changePreprocessing}
            onChooseFile={state.choosePreprocessing}
          />
          <LabelsSection
            model={model}
            files={files}
            dataset={dataset}
            mended={state.labelMapping}
            onMend={state.changeMapping}
            onChooseFile={state.chooseLabels}
          />
        </div>
        <RunSection
          form={form}
          setForm={state.setForm}
          intoProject={intoProject}
          modelPath={modelPath}
          dataPath={dataPath}
          masks={dataset.data?.masks ?? null}
          labels={files.data?.labels ?? []}
          request={request && { ...request, samples: dataset.data?.count }}
          obstacle={inTheWay}
          starting={starting.isPending}
          error={starting.error}
          onStart={start}
        />
      </div>
    </div>
  )
}
