import { Button, Popover, TextInput } from '@mantine/core'
import { IconUser } from '@tabler/icons-react'
import { useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { service } from '../../api/service'
import { InlineError } from '../../ui/Messages'

/** Who annotates: every annotation carries this name. */
export function ReviewerField({ reviewer }: { reviewer: string }) {
  const [typed, setTyped] = useState<string | null>(null)
  const rename = useMutation({
    mutationFn: (name: string) => service.call('annotations.setReviewer', { name }),
    onSuccess: () => setTyped(null),
  })
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
            if (typed?.trim()) rename.mutate(typed)
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
