/** A count of the kernel is a number of 64 bits at the most. */
const LARGEST = 2 ** 64
const NUMBER = /^-?\d{1,20}(?:\.\d{1,20})?$/

/** The number that a text is, or `undefined` when it is none: never a number that is not finite. */
export function numberOf(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? ''
  if (!NUMBER.test(trimmed)) return undefined
  const value = Number(trimmed)
  return Math.abs(value) <= LARGEST ? value : undefined
}

/** The numbers of some fields, or `undefined` when one of them is none or below 0. */
export function countsOf(fields: readonly (string | undefined)[]): readonly number[] | undefined {
  const counts: number[] = []
  for (const field of fields) {
    const value = numberOf(field)
    if (value === undefined || value < 0) return undefined
    counts.push(value)
  }
  return counts
}

/** The first lines of a text, without those that are empty. */
export function linesOf(text: string, most: number): readonly string[] {
  const lines: string[] = []
  for (let from = 0; from < text.length && lines.length < most; ) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end < 0 ? text.length : end)
    if (line.trim() !== '') lines.push(line)
    from = end < 0 ? text.length : end + 1
  }
  return lines
}

/** The fields of a line, between blanks. */
export function fieldsOf(line: string): readonly string[] {
  return line.trim().split(/\s+/)
}

/** Lines of `name value` or `name: value kB` as numbers by name, bytes where it says kB. */
export function parseFields(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>()
  for (const line of linesOf(text, 1_000)) {
    const [name = '', number, unit] = fieldsOf(line)
    const value = numberOf(number)
    if (value !== undefined && value >= 0) values.set(name.replace(/:$/, ''), unit === 'kB' ? value * 1024 : value)
  }
  return values
}
