import { Button } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { IconArrowLeft } from '@tabler/icons-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { type ComparedWith, useLikeness } from '../../api/likeness-queries'
import { useSampleDetail } from '../../api/sample-queries'
import { links } from '../../base/links'
import { usePageTitle } from '../../base/page-title'
import type { RunScreenProps } from '../../base/screen-props'
import { useUrlState } from '../../base/url-state'
import { ColoursControl, FadeControl, OpacityControl, PatchesControl } from '../../heatmap/display-controls'
import { mapOpacity } from '../../heatmap/map-opacity'
import { methodName, shownMethod } from '../../heatmap/shown-method'
import { type LikenessState, likenessState } from '../../shared/likeness-state'
import { Choice } from '../../ui/Choice'
import { EmptyMessage, ErrorMessage } from '../../ui/Messages'
import { SidePanels } from '../../ui/SidePanels'
import { featuresOfRun } from './features-of-run'
import { LikenessPair } from './LikenessPair'
import classes from './LikenessScreen.module.css'
import { OtherChoice } from './OtherChoice'

/** Why two pictures are alike to the model: both maps beside each other, and the cosine of their features. */
export default function LikenessScreen({ run, params }: RunScreenProps) {
  const id = Number(params.id)
  const [stored, change] = useUrlState(likenessState)
  const [, navigate] = useLocation()
  const detail = useSampleDetail(run.id, id)
  usePageTitle('Likeness', run.name)
  const back = () => navigate(links.sample(run.id, id, stored))
  const features = featuresOfRun(run)
  const why = noLikeness(run, features)
  if (detail.isLoadingError) return <ErrorMessage error={detail.error} retry={detail.refetch} />
  if (why !== null) {
    return (
      <EmptyMessage
        title="Likeness cannot be explained here"
        actions={<Button onClick={back}>Back to the sample</Button>}
      >
        {why}
      </EmptyMessage>
    )
  }
  return <Likeness key={id} {...{ run, id, stored, change }} ofTokens={features === 'tokens'} onBack={back} />
}

interface LikenessProps {
  run: RunInfo
  id: number
  stored: LikenessState
  change: (part: Partial<LikenessState>) => void
  /** Whether one chooses how the features of tokens become one vector. */
  ofTokens: boolean
  onBack: () => void
}

function Likeness({ run, id, stored, change, ofTokens, onBack }: LikenessProps) {
  const [opacity, setOpacity] = useState<number | null>(null)
  const isGroup = stored.with === 'group'
  const to: ComparedWith | null = isGroup ? { filter: stored.among } : stored.to === null ? null : { id: stored.to }
  const likeness = useLikeness(run, id, to, ofTokens ? stored.readout : null)
  const { methods } = run.definition
  const method = shownMethod(stored.method, methods) ?? 'gmar_l1'
  return (
    <div className={classes.screen} style={mapOpacity(opacity ?? stored.opacity)}>
      <div className={classes.bar} role="toolbar" aria-label="Likeness">
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          leftSection={<IconArrowLeft size={15} aria-hidden />}
          onClick={onBack}
        >
          Sample
        </Button>
        <h1 className={classes.title}>Why are these alike?</h1>
        {methods.length > 1 && (
          <Choice
            label="Method"
            quiet
            value={method}
            options={
              Object.fromEntries(methods.map((each) => [each, methodName(each)])) as Record<typeof method, string>
            }
            onChange={(next) => change({ method: next })}
          />
        )}
        {ofTokens && (
          <Choice
            label="Features of tokens"
            quiet
            value={stored.readout}
            options={{ mean: 'Mean of the patches', cls: 'Class token', 'cls+mean': 'Class token and mean' }}
            onChange={(readout) => change({ readout })}
          />
        )}
        <ColoursControl value={stored.colormap} onChange={(colormap) => change({ colormap })} />
        <PatchesControl value={stored.interpolation} onChange={(interpolation) => change({ interpolation })} />
        <OpacityControl
          value={opacity ?? stored.opacity}
          onDrag={setOpacity}
          onChange={(settled) => {
            setOpacity(null)
            change({ opacity: settled })
          }}
        />
        <FadeControl value={stored.fade} onChange={(fade) => change({ fade })} />
      </div>
      <SidePanels
        id="likeness"
        right={{
          name: 'what it is compared with',
          width: 320,
          narrowest: 220,
          content: <OtherChoice run={run} id={id} state={stored} change={change} />,
        }}
      >
        <LikenessPair {...{ run, id, method, likeness }} otherId={isGroup ? null : stored.to} state={stored} />
      </SidePanels>
    </div>
  )
}

function noLikeness({ model }: RunInfo, features: ReturnType<typeof featuresOfRun>): string | null {
  if (features === null) {
    return 'This model gives no features that pictures could be compared by. Export it without its head (timm: num_classes=0), or with its features as a further output that is named image_embeds, and run that file.'
  }
  return model.noMaps === undefined ? null : `Likeness is shown as maps, and this model has none: ${model.noMaps}`
}
