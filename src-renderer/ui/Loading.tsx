import { Skeleton, type SkeletonProps } from '@mantine/core'

interface LoadingProps extends Omit<SkeletonProps, 'role' | 'aria-label' | 'aria-busy'> {
  /** What is waited for, for those who do not see it. */
  what: string
}

/** Takes the place of what is still fetched. A label needs a role: a plain box with one says nothing to a screen reader. */
export function Loading({ what, ...rest }: LoadingProps) {
  return <Skeleton {...rest} role="status" aria-busy="true" aria-label={what} />
}
