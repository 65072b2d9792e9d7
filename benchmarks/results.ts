/** results.md: one section a benchmark, each between its own marks, so that one is written anew and the others stay. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const file = join(import.meta.dirname, 'results.md')

/** Writes one section of results.md, and leaves the others as they are. */
export function writeSection(name: string, body: string): void {
  writeFileSync(file, withSection(existsSync(file) ? readFileSync(file, 'utf8') : '', name, body))
}

/** The text with that section replaced; at its end where there was none. */
export function withSection(text: string, name: string, body: string): string {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const section = `${opening}\n\n${body.trim()}\n\n${closing}`
  const from = text.indexOf(opening)
  const to = text.indexOf(closing)
  if (from >= 0 && to > from) return text.slice(0, from) + section + text.slice(to + closing.length)
  return `${text.trim() === '' ? '' : `${text.trimEnd()}\n\n`}${section}\n`
}
