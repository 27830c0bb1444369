import PDFDocument from 'pdfkit'
import { fontFiles } from './fonts'
import { provenanceJson, type Provenance } from './provenance'
import type { Mark, PathMark, RectMark, Scene, TextMark } from './scene'

/** The scene as a PDF of one page of its size: vector text with embedded fonts, pictures as they are. */
export async function writePdf(scene: Scene, provenance: Provenance): Promise<Buffer> {
  const document = new PDFDocument({
    size: [scene.width, scene.height],
    margin: 0,
    compress: true,
    info: {
      Title: provenance.title,
      Creator: provenance.creator,
      Subject: provenanceJson(provenance),
      // A date would make two files of the same figure differ.
      CreationDate: new Date(0),
    },
  })
  const written = collect(document)
  for (const { path, weight } of fontFiles(scene.family)) document.registerFont(String(weight), path)
  if (scene.background !== null) document.rect(0, 0, scene.width, scene.height).fill(scene.background)
  for (const mark of scene.marks) draw(document, mark)
  document.end()
  return written
}

function draw(document: PDFKit.PDFDocument, mark: Mark): void {
  switch (mark.kind) {
    case 'text':
      return drawText(document, mark)
    case 'rect':
    case 'path':
      return drawShape(document, mark)
    case 'image':
      document.image(Buffer.from(mark.png), mark.x, mark.y, { width: mark.width, height: mark.height })
  }
}

function drawText(document: PDFKit.PDFDocument, { x, y, text, size, weight, color, anchor, rotate }: TextMark): void {
  document.font(String(weight)).fontSize(size)
  const width = document.widthOfString(text)
  const left = anchor === 'start' ? x : anchor === 'middle' ? x - width / 2 : x - width
  document.save()
  if (rotate !== 0) document.rotate(-rotate, { origin: [x, y] })
  document.fillColor(color).text(text, left, y, { lineBreak: false, baseline: 'alphabetic' })
  document.restore()
}

function drawShape(document: PDFKit.PDFDocument, mark: RectMark | PathMark): void {
  outline(document, mark)
  const { fill, stroke, strokeWidth } = mark
  document.lineWidth(strokeWidth)
  if (fill !== null && stroke !== null) document.fillAndStroke(fill, stroke)
  else if (fill !== null) document.fill(fill)
  else if (stroke !== null) document.stroke(stroke)
}

function outline(document: PDFKit.PDFDocument, mark: RectMark | PathMark): void {
  if (mark.kind === 'rect') {
    document.rect(mark.x, mark.y, mark.width, mark.height)
    return
  }
  mark.points.forEach(([x, y], i) => (i === 0 ? document.moveTo(x, y) : document.lineTo(x, y)))
  if (mark.closed) document.closePath()
}

function collect(document: PDFKit.PDFDocument): Promise<Buffer> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk))
    document.on('end', () => resolve(Buffer.concat(chunks)))
    document.on('error', reject)
  })
}
