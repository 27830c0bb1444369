import { useEffect, useRef } from 'react'

/** An encoded image that came as bytes. */
export function EncodedImage({ bytes, alt }: { bytes: Uint8Array; alt: string }) {
  const image = useRef<HTMLImageElement>(null)
  useEffect(() => {
    const url = URL.createObjectURL(new Blob([bytes.slice()]))
    if (image.current) image.current.src = url
    return () => URL.revokeObjectURL(url)
  }, [bytes])
  return <img ref={image} alt={alt} />
}
