import { Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { memo } from 'react'

/** The way from one sample back to the gallery; the same for every sample, so that walking does not draw it again. */
export const BackButton = memo(function BackButton({ onClick }: { onClick: () => void }) {
  return (
    <Button
      size="xs"
      variant="subtle"
      color="gray"
      leftSection={<IconArrowLeft size={15} aria-hidden />}
      onClick={onClick}
    >
      Gallery
    </Button>
  )
})
