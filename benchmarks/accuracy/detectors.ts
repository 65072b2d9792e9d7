/**
 * The detectors that are scored: everything of pi-uptime/detect that makes sense without arguments, and some that are made of others.
 * A line whose factories the package does not export is skipped, aloud.
 */
import * as exported from 'pi-uptime/detect'
import { BASELINES } from './baselines.js'
import type { Subject } from './run.js'

type Made = ReturnType<Subject['make']>
/** Looked up by name, so that a missing one is no error of types. */
// biome-ignore lint/suspicious/noExplicitAny: each takes arguments of its own
const factories = exported as unknown as Readonly<Record<string, (...args: any[]) => Made>>

interface Line {
  readonly name: string
  /** The factories that it takes. */
  readonly needs: readonly string[]
  make(): Made
}

const LINES: readonly Line[] = [
  ...['auto', 'ewma', 'seasonal', 'robust', 'quantile', 'change', 'drift', 'flatline', 'record'].map(alone),
  agreeing('seasonal', 'robust'),
  agreeing('seasonal', 'robust', 'quantile'),
  calibrated('ewma'),
  calibrated('seasonal'),
]

/** All subjects, detectors first, and the names of the lines that are skipped. */
export function subjects(): { readonly found: readonly Subject[]; readonly missing: readonly string[] } {
  const found = LINES.filter(({ needs }) => needs.every((name) => typeof factories[name] === 'function'))
  const missing = LINES.filter((line) => !found.includes(line)).map(({ name }) => name)
  return { found: [...found, ...BASELINES], missing }
}

function alone(name: string): Line {
  return { name: `${name}()`, needs: [name], make: () => made(name) }
}

/** Two of them must see it. */
function agreeing(...parts: readonly string[]): Line {
  return {
    name: `agree(2, ${parts.join(', ')})`,
    needs: ['agree', ...parts],
    make: () =>
      made(
        'agree',
        2,
        parts.map((part) => made(part)),
      ),
  }
}

function calibrated(part: string): Line {
  return { name: `calibrated(${part})`, needs: ['calibrated', part], make: () => made('calibrated', made(part)) }
}

function made(name: string, ...args: readonly unknown[]): Made {
  return (factories[name] as (...args: readonly unknown[]) => Made)(...args)
}
