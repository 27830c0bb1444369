import { useEffect, useRef } from 'react'

/** Shows an SVG as a picture; as a picture it can run nothing and load nothing. */
export function usePicture(svg: string) {
  const picture = useRef<HTMLImageElement>(null)
  useEffect(() => {
    const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
    if (picture.current) picture.current.src = url
    return () => URL.revokeObjectURL(url)
  }, [svg])
  return picture
}
