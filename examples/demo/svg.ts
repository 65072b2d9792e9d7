/** A picture of the terminal as SVG: `npm run demo -- --svg docs/demo.svg`. */
const [CELL, LINE, MARGIN] = [8.4, 18, 16] as const
const [PAPER, INK, SIZE] = ['#161616', '#d4d4d4', 13.5] as const
const FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"
const BARS = ' ▁▂▃▄▅▆▇█'

interface Style {
  readonly ink: string
  readonly paper: string | undefined
  readonly bold: boolean
}

interface Run extends Style {
  readonly text: string
  readonly column: number
  readonly row: number
}

const PLAIN: Style = { ink: INK, paper: undefined, bold: false }

/** The lines of a terminal, colours and all. Bars are drawn as rectangles, so that no font leaves gaps in them. */
export function svgOf(lines: readonly string[], columns: number, label: string): string {
  const [width, height] = [2 * MARGIN + columns * CELL, 2 * MARGIN + lines.length * LINE].map(Math.ceil)
  const runs = lines.flatMap(runsOf)
  const shades = runs.flatMap((run) => (run.paper ? [rect(run, 0, run.text.length, 0, LINE, run.paper)] : []))
  const texts = runs.filter(({ text }) => /\S/.test(text) && !isDrawn(text)).flatMap(textsOf)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">
<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>
<g shape-rendering="crispEdges">
${[...shades, ...runs.filter(({ text }) => isDrawn(text)).flatMap(drawn)].join('\n')}
</g>
<g font-family="${FONT}" font-size="${SIZE}" xml:space="preserve">
${texts.join('\n')}
</g>
</svg>
`
}

/** Stretches of one style. */
function runsOf(line: string, row: number): readonly Run[] {
  const runs: Run[] = []
  let style = PLAIN
  let column = 0
  for (const part of line.split('\u001b[')) {
    const [, codes, text = ''] = /^([0-9;]*)m(.*)$/s.exec(part) ?? [undefined, undefined, part]
    if (codes !== undefined) style = styled(style, codes)
    const last = runs.at(-1)
    const same = last && last.ink === style.ink && last.paper === style.paper && isDrawn(last.text) && isDrawn(text)
    if (same) runs[runs.length - 1] = { ...last, text: last.text + text }
    else if (text !== '') runs.push({ ...style, text, column, row })
    column += text.length
  }
  return runs
}

/** The three forms that the demo uses: bold, a colour, a colour on another. */
function styled(style: Style, codes: string): Style {
  const [kind, , ink, , , paper] = codes.split(';')
  if (kind === '1') return { ...style, bold: true }
  if (kind !== '38') return PLAIN
  return { ...style, ink: colorOf(Number(ink)), paper: paper ? colorOf(Number(paper)) : undefined }
}

/** One of the 256 colours that terminals have, from its cube or its greys. */
function colorOf(index: number): string {
  const cube = (step: number): number => (step === 0 ? 0 : 55 + 40 * step)
  const at = index - 16
  const grey = 8 + 10 * (index - 232)
  const parts =
    index >= 232 ? [grey, grey, grey] : [at / 36, (at / 6) % 6, at % 6].map((step) => cube(Math.floor(step)))
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

function isDrawn(text: string): boolean {
  return text !== '' && [...text].every((sign) => BARS.includes(sign) || sign === '─')
}

/** Bars and lines, neighbours of one height together. */
function drawn(run: Run): readonly string[] {
  const stretches = [...run.text.matchAll(/(\S)\1*/g)]
  return stretches.map(({ 0: { length }, 1: sign = '', index }) => {
    if (sign === '─') return rect(run, index, length, LINE / 2 - 0.5, 1, run.ink)
    const tall = (BARS.indexOf(sign) * LINE) / 8
    return rect(run, index, length, LINE - tall, tall, run.ink)
  })
}

function rect({ row, column }: Run, from: number, length: number, top: number, height: number, fill: string): string {
  const [x, y, width] = [MARGIN + (column + from) * CELL, MARGIN + row * LINE + top, length * CELL].map(round)
  return `<rect x="${x}" y="${y}" width="${width}" height="${round(height)}" fill="${fill}"/>`
}

/** Each word group at its own place, so that another font cannot shift what comes after. */
function textsOf({ text, row, column, ink, bold }: Run): readonly string[] {
  return [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: words, index }) => {
    const [x, y, width] = [MARGIN + (column + index) * CELL, MARGIN + (row + 1) * LINE - 5, words.length * CELL].map(
      round,
    )
    const weight = bold ? ' font-weight="700"' : ''
    return `<text x="${x}" y="${y}" textLength="${width}" fill="${ink}"${weight}>${escaped(words)}</text>`
  })
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

function round(value: number): number {
  return Math.round(100 * value) / 100
}
