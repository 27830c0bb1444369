/** What is needed to make a figure again; stored inside each file. */
export interface Provenance {
  title: string
  /** Such as 'Headlight 0.1.0'. */
  creator: string
  model: { file: string; sha256: string }
  run: string
  /** Method, settings, target policy, provider and precision, in words. */
  settings: Record<string, string>
  /** Paths of the samples, relative to the dataset. */
  samples: string[]
  recipe: unknown
}

/** One line of JSON with its keys in a fixed order. */
export function provenanceJson(provenance: Provenance): string {
  return JSON.stringify(provenance)
}

export function escapeXml(content: string): string {
  return (
    content
      // Letters that XML cannot hold in any form.
      .replaceAll(/[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]/gu, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}

/** The same as an XMP packet, which PNG readers and image managers understand. */
export function xmp(provenance: Provenance): string {
  const text = (name: string, value: string) =>
    `<dc:${name}><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(value)}</rdf:li></rdf:Alt></dc:${name}>`
  return [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">',
    `<xmp:CreatorTool>${escapeXml(provenance.creator)}</xmp:CreatorTool>`,
    text('title', provenance.title),
    text('description', provenanceJson(provenance)),
    '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
  ].join('')
}
