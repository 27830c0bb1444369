import { useDatasetReport, useModelInspection, useProject, useStartRuns } from '../../api/queries'
import { allFail, useDatasetInputs, useModelFiles } from '../../api/new-project-queries'
import type { ProjectInfo, RunInfo } from '@shared/api'
import { links } from '../../base/links'
import { usePageTitle } from '../../base/page-title'
import { useUrlState } from '../../base/url-state'
import { DatasetSection } from './DatasetSection'
import { LabelsSection } from './LabelsSection'
import { ModelSection } from './ModelSection'
import { ScreenLoading } from '../../ui/Messages'
import classes from './NewProjectScreen.module.css'
import { PreprocessingSection } from './PreprocessingSection'
import { RunSection } from './RunSection'
import { newRunState, useNewProject } from './new-project-state'
import { obstacle, startRuns } from './run-form'

/** Model and images in, run out. Everything is in sight at once; what is not chosen yet says what it waits for. */
export default function NewProjectScreen() {
  const [{ like }] = useUrlState(newRunState)
  const project = useProject()
  // The form begins with what that run was, so it has to be known first.
  if (like !== null && project.isPending) return <ScreenLoading />
  const former = project.data?.runs.find(({ id }) => id === like) ?? null
  return <NewRun key={former?.id} former={former} project={project.data ?? null} />
}

function NewRun({ former, project }: { former: RunInfo | null; project: ProjectInfo | null }) {
  const state = useNewProject(former, project)
  const { modelPath, output, tower, dataPath, preprocessPath, labelsPath, labelSource, form } = state
  const choice = { output, tower, classes: state.classes, features: state.features }
  const intoProject = state.joinsProject && project != null
  const inspection = useModelInspection(modelPath, choice)
  const model = inspection.data?.supported ? inspection.data : undefined
  const knownModel = model ? modelPath : null
  const files = useModelFiles(knownModel, { ...choice, preprocessPath, labelsPath })
  const dataset = useDatasetReport(dataPath, { modelPath: knownModel, ...choice, labelsPath, labelSource })
  const starting = useStartRuns()
  usePageTitle(intoProject ? 'New run' : 'New project')

  const preprocessing = state.preprocessing ?? files.data?.preprocessing ?? null
  const inputs = useDatasetInputs(dataset.data ? dataPath : null, preprocessing)
  const { labelMapping, task } = state
  const ofNumber = (task ?? model?.task) === 'regression'
  const inTheWay = obstacle(
    { path: modelPath, report: inspection.data },
    { path: dataPath, report: dataset.data },
    preprocessing,
    form,
    {
      previewsFail: !inputs.isPlaceholderData && allFail(inputs.data),
      isLikeness: state.classes?.like !== undefined || ofNumber,
    },
  )
  const names = files.data?.labels ?? []
  const requests =
    modelPath !== null && dataset.data && inTheWay === null
      ? startRuns(
          form,
          { modelPath, ...choice, task, labelsPath, preprocessPath, preprocessing, labelMapping, labelSource },
          dataset.data,
          { labels: names, noMaps: model?.noMaps, ofNumber },
        )
      : []
  const start = (projectPath: string) => {
    starting.mutate(
      { projectPath: intoProject ? null : projectPath, runs: requests },
      { onSuccess: (run) => state.leave(links.gallery(run.id)) },
    )
  }
  return (
    <div className={classes.screen}>
      <h1 className={classes.title}>{intoProject ? `New run in ${project.name}` : 'New project'}</h1>
      <div className={classes.columns}>
        <div className={classes.inputs}>
          <ModelSection
            path={modelPath}
            inspection={inspection}
            onChoose={state.chooseModel}
            choice={choice}
            onChangeVectors={state.chooseVectors}
            promptsText={state.promptsText}
            onTypePrompts={state.typePrompts}
            onChoosePromptsFile={state.choosePromptsFile}
            onChooseOutput={state.chooseOutput}
            onChooseTower={state.chooseTower}
            likeness={{
              dataset: dataset.data,
              onChoose: state.chooseLike,
              onChooseReadout: state.chooseLikeFeatures,
            }}
            task={task}
            onChangeTask={state.changeTask}
          />
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
            corrections={labelMapping}
            onCorrect={state.changeMapping}
            source={labelSource}
            onChooseSource={state.chooseLabelSource}
            onChooseFile={state.chooseLabels}
            ofNumber={ofNumber}
          />
        </div>
        <RunSection
          form={form}
          setForm={state.setForm}
          intoProject={intoProject}
          modelPath={modelPath}
          dataPath={dataPath}
          masks={dataset.data?.masks ?? null}
          labels={names}
          explains={state.classes?.like ? 'the likeness of each image' : ofNumber ? 'the number of each image' : null}
          noMaps={model?.noMaps}
          requests={requests.map((request) => ({ ...request, samples: dataset.data?.count }))}
          obstacle={inTheWay}
          starting={starting.isPending}
          error={starting.error}
          onStart={start}
        />
      </div>
    </div>
  )
}
