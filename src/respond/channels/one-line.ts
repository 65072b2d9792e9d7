/** What could end the line, move the cursor, or turn the reading direction around. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** Text that others may have written, on one line, with nothing in it that a terminal or a log obeys. */
export function oneLine(text: string, most: number): string {
  return clip(text, most).replace(/\s+/g, ' ').replace(UNSAFE, '\ufffd')
}

/** At most so many characters, an ellipsis among them; no emoji is cut in half. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** ISO 8601, in UTC; `null` for what is no time. */
export function isoTime(ms: number): string | null {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null
}
