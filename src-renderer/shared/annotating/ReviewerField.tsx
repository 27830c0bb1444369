import { Button, Popover, TextInput } from '@mantine/core'
import { IconUser } from '@tabler/icons-react'
import { useState } from 'react'
import { useSetReviewer } from '../../api/annotation-terms'
import { InlineError } from '../../ui/Messages'

/** Who annotates: every annotation carries this name. */
export function ReviewerField({ reviewer }: { reviewer: string }) {
  const [typed, setTyped] = useState<string | null>(null)
  const rename = useSetReviewer()
  return (
    <Popover opened={typed !== null} onDismiss={() => setTyped(null)} trapFocus shadow="md" position="bottom-end">
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconUser size={13} aria-hidden />}
          aria-label={`Reviewer: ${reviewer}. Change`}
          onClick={() => setTyped(typed === null ? reviewer : null)}
        >
          {reviewer}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (typed?.trim()) rename.mutate(typed, { onSuccess: () => setTyped(null) })
          }}
        >
          <TextInput
            size="xs"
            label="Reviewer"
            description="Stands with everything that you annotate from now on."
            maxLength={100}
            value={typed ?? ''}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" mt={8} variant="filled">
            Use this name
          </Button>
          {rename.isError && <InlineError error={rename.error} />}
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
