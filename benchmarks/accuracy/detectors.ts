/**
 * The detectors that are scored, by name: everything of pi-uptime/detect that makes sense without arguments. One that the package
 * does not export is skipped, aloud.
 */
import * as exported from 'pi-uptime/detect'
import { BASELINES } from './baselines.js'
import type { Subject } from './run.js'

// biome-ignore lint/suspicious/noExplicitAny: factories of any kind, looked up by name
type Factories = Readonly<Record<string, ((...args: any[]) => ReturnType<Subject['make']>) | undefined>>

const factories = exported as unknown as Factories

/** A detector of others: which factories it needs, and how it is made of them. */
interface Combination {
  readonly name: string
  readonly needs: readonly string[]
  make(named: (name: string) => ReturnType<Subject['make']>): ReturnType<Subject['make']>
}

const ALONE = ['auto', 'ewma', 'seasonal', 'robust', 'quantile', 'change', 'drift', 'flatline', 'record'] as const

const COMBINED: readonly Combination[] = [
  {
    name: 'agree(2, ewma, robust, quantile)',
    needs: ['agree', 'ewma', 'robust', 'quantile'],
    make: (named) => factories.agree?.(2, ['ewma', 'robust', 'quantile'].map(named)) as ReturnType<Subject['make']>,
  },
  {
    name: 'calibrated(ewma)',
    needs: ['calibrated', 'ewma'],
    make: (named) => factories.calibrated?.(named('ewma')) as ReturnType<Subject['make']>,
  },
]

/** All subjects, detectors first, and the names of those that the package lacks. */
export function subjects(): { readonly found: readonly Subject[]; readonly missing: readonly string[] } {
  const named = (name: string): ReturnType<Subject['make']> => (factories[name] as () => ReturnType<Subject['make']>)()
  const wanted = [
    ...ALONE.map((name) => ({ name: `${name}()`, needs: [name], make: () => named(name) })),
    ...COMBINED.map(({ name, needs, make }) => ({ name, needs, make: () => make(named) })),
  ]
  const there = wanted.filter(({ needs }) => needs.every((name) => typeof factories[name] === 'function'))
  const missing = wanted.filter((one) => !there.includes(one)).map(({ name }) => name)
  return { found: [...there, ...BASELINES], missing }
}
