import { Component, type ReactNode } from 'react'
import { ErrorMessage } from '../ui/Messages'

/** Keeps the frame when a screen throws, and offers the way back. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    return <ErrorMessage error={error} retry={() => this.setState({ error: null })} />
  }
}
