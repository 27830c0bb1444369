import { ActionIcon, Button, TextInput } from '@mantine/core'
import type { Annotation } from '@shared/api'
import { IconPolygon, IconRectangle, IconTrash } from '@tabler/icons-react'
import { memo, useState } from 'react'
import classes from './Annotations.module.css'
import { chooseRegion, regionName, regionsOf, toggleTool, useRegionTool } from './region-tool'

interface RegionListProps {
  reviewer: string
  annotations: Annotation[]
  onRename: (region: Annotation, name: string) => void
  onDelete: (region: Annotation) => void
  /** Explains the class that is shown over a region; undefined where the model is not a segmentation. */
  onExplain?: (region: string) => void
}

/** The drawing tools, and every region by name. Delete takes the chosen one away. */
export const RegionList = memo(function RegionList(props: RegionListProps) {
  const { reviewer, annotations, onRename, onDelete, onExplain } = props
  const { tool, chosen } = useRegionTool()
  const regions = regionsOf(annotations)
  return (
    <div className={classes.regions}>
      <div className={classes.tools} role="group" aria-label="Draw on the picture">
        <Button
          size="compact-xs"
          leftSection={<IconRectangle size={14} aria-hidden />}
          aria-pressed={tool === 'rectangle'}
          onClick={() => toggleTool('rectangle')}
        >
          Rectangle
        </Button>
        <Button
          size="compact-xs"
          leftSection={<IconPolygon size={14} aria-hidden />}
          aria-pressed={tool === 'polygon'}
          onClick={() => toggleTool('polygon')}
        >
          Polygon
        </Button>
        {tool === 'rectangle' && (
          <span className={classes.hint}>Drag, or go by arrow keys and set two corners with Space. Esc stops.</span>
        )}
        {tool === 'polygon' && (
          <span className={classes.hint}>
            Click corners, or go by arrow keys and set them with Space. Enter closes, Esc stops.
          </span>
        )}
      </div>
      {regions.length > 0 && (
        <ul className={classes.regionList} aria-label="Regions">
          {regions.map((region) => (
            <li key={`${region.reviewer} ${region.region}`} data-chosen={region.region === chosen}>
              {region.reviewer === reviewer ? (
                <>
                  <RegionNameField region={region} onRename={(name) => onRename(region, name)} />
                  <ExplainRegion region={region} onExplain={onExplain} />
                  <ActionIcon size="sm" aria-label={`Delete ${regionName(region)}`} onClick={() => onDelete(region)}>
                    <IconTrash size={14} />
                  </ActionIcon>
                </>
              ) : (
                <>
                  <span className={classes.said}>
                    {regionName(region)}, {region.reviewer}
                  </span>
                  <ExplainRegion region={region} onExplain={onExplain} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
})

function RegionNameField({ region, onRename }: { region: Annotation; onRename: (name: string) => void }) {
  const [typed, setTyped] = useState<string | null>(null)
  const done = () => {
    if (typed !== null && typed !== region.text) onRename(typed)
    setTyped(null)
  }
  return (
    <TextInput
      size="xs"
      className={classes.regionName}
      aria-label={`Name of ${regionName(region)}`}
      placeholder={regionName({ ...region, text: '' })}
      maxLength={200}
      value={typed ?? region.text}
      onFocus={() => chooseRegion(region.region)}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={done}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  )
}

function ExplainRegion({ region, onExplain }: { region: Annotation } & Pick<RegionListProps, 'onExplain'>) {
  const id = region.region
  if (!onExplain || id === null) return null
  return (
    <Button size="compact-xs" aria-label={`Explain the class over ${regionName(region)}`} onClick={() => onExplain(id)}>
      Explain
    </Button>
  )
}
