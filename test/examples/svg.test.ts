import { expect, test } from 'vitest'
import { svgOf } from '../../examples/demo/svg.js'

const ESC = '\u001b['
const shapes = (svg: string, kind: 'rect' | 'text'): readonly string[] =>
  svg.match(new RegExp(`<${kind} [^>]*>`, 'g')) ?? []

test('words stand where the terminal has them, in its colours, and no markup gets out of them', () => {
  const svg = svgOf([`ab ${ESC}1mBOLD${ESC}0m <&">`], 20, 'a "picture"')
  expect(svg).toContain('aria-label="a &quot;picture&quot;"')
  expect(svg).toContain('font-weight="700">BOLD</text>')
  expect(svg).toContain('>&lt;&amp;&quot;></text>')
  const [ab, bold] = shapes(svg, 'text').map((text) => Number(/ x="([\d.]+)"/.exec(text)?.[1]))
  expect(((bold as number) - (ab as number)) / 8.4).toBeCloseTo(3, 3)
})

test('bars are rectangles as tall as they say, neighbours of one height in one', () => {
  const [paper, ...bars] = shapes(svgOf(['▁▁█'], 3, 'bars'), 'rect')
  expect(paper).toContain('width="58"')
  expect(bars).toHaveLength(2)
  const [low, high] = bars.map((bar) => Number(/ height="([\d.]+)"/.exec(bar)?.[1]))
  expect((high as number) / (low as number)).toBeCloseTo(8, 3)
})

test('a colour of the terminal is that colour, and its background a rectangle behind it', () => {
  const svg = svgOf([`${ESC}38;5;196;48;5;16mred${ESC}0m`], 3, 'red')
  expect(svg).toContain('fill="#ff0000">red')
  expect(svg).toContain('fill="#000000"')
})
