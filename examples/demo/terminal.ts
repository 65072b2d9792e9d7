/** Colours and lengths of text in a terminal, and a screen that is drawn again and again. */
const ESC = '\u001b'
const CODES = new RegExp(`${ESC}\\[[0-9;]*m`, 'g')

export const bold = (text: string): string => `${ESC}[1m${text}${ESC}[0m`
export const dim = (text: string): string => `${ESC}[38;5;244m${text}${ESC}[0m`
/** @param color - of the 256 that terminals have. */
export const paint = (color: number, text: string): string => `${ESC}[38;5;${color}m${text}${ESC}[0m`
export const plain = (text: string): string => text.replace(CODES, '')

/** The text, made so wide. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - plain(text).length))
}

/** The text, at most so wide. */
export function cut(text: string, width: number): string {
  if (plain(text).length <= width) return text
  let room = width - 1
  const kept = text.split(new RegExp(`(${ESC}\\[[0-9;]*m)`)).map((part) => {
    if (part.startsWith(ESC)) return part
    const words = part.slice(0, room)
    room -= words.length
    return words
  })
  return `${kept.join('')}…${ESC}[0m`
}

/** The terminal's second screen: what was there before comes back when it is closed. */
export class Screen {
  #open = false

  draw(lines: readonly string[]): void {
    const begin = this.#open ? '' : `${ESC}[?1049h${ESC}[?25l`
    this.#open = true
    process.stdout.write(`${begin}${ESC}[H${lines.map((line) => `${line}${ESC}[K`).join('\n')}${ESC}[J`)
  }

  close(): void {
    if (this.#open) process.stdout.write(`${ESC}[?25h${ESC}[?1049l`)
    this.#open = false
  }
}
