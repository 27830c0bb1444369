/** For the screen and for paper: cards and figures stay whole where pages end. */
export const REPORT_STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; color: #1b1e23; background: #fff; max-width: 1040px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 19px; margin: 40px 0 8px; padding-bottom: 4px; border-bottom: 1px solid #d9dde3; }
p { margin: 4px 0 10px; }
.about, small, cite, .path { color: #5a6270; }
code, pre, .path { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f5f6f8; padding: 12px; border-radius: 6px; }
.numbers { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 20px; }
.numbers div { flex: 1 1 120px; background: #f5f6f8; border-radius: 8px; padding: 12px 16px; display: flex; flex-direction: column; }
.numbers b { font-size: 24px; font-weight: 650; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 0; }
dt { color: #5a6270; }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 8px 0 20px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 4px 18px 4px 0; border-bottom: 1px solid #e6e9ee; }
th { color: #5a6270; font-weight: 500; }
.numeric td:nth-child(n+3), .numeric th:nth-child(n+3) { text-align: right; }
.words { font-size: 13px; }
.words td:nth-child(2) { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12px; }
.beside { display: flex; flex-wrap: wrap; gap: 8px 32px; align-items: flex-start; }
.beside figure { flex: 1 1 360px; max-width: 520px; margin-top: 0; }
figure { margin: 12px 0; }
figure svg { width: 100%; height: auto; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 20px; }
article { border: 1px solid #d9dde3; border-radius: 8px; padding: 10px; break-inside: avoid; overflow-wrap: anywhere; }
article p { margin: 4px 0; }
.pictures { display: flex; gap: 6px; }
.pictures img { width: calc(50% - 3px); height: auto; border-radius: 4px; image-rendering: auto; }
.wrong { color: #a3231b; font-weight: 600; }
.right { font-weight: 600; }
.problem { color: #a3231b; }
.said span { font-size: 11px; border: 1px solid #b9c0ca; border-radius: 999px; padding: 0 7px; color: #444b57; }
blockquote { margin: 6px 0; padding-left: 10px; border-left: 3px solid #c9ced6; white-space: pre-wrap; }
cite { font-style: normal; font-size: 12px; margin-left: 6px; }
@page { margin: 16mm 14mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2 { margin-top: 26px; }
  h2, h2 + p { break-after: avoid; }
  .beside { flex-wrap: nowrap; }
  .beside figure { flex-basis: 40%; min-width: 0; }
  .beside table, td, th { font-size: 9.5pt; padding-top: 2px; padding-bottom: 2px; }
  figure, table, tr, pre { break-inside: avoid; }
  .numbers div, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .cards { grid-template-columns: 1fr 1fr 1fr; gap: 10px; }
  article { padding: 6px; font-size: 9pt; }
  pre { font-size: 7.5pt; }
  .words, dl { font-size: 9.5pt; }
}
`
