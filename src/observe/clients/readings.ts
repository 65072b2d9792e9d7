import { checkOptions, type Duration, duration, type Source } from '../../model/index.js'
import { Gauges } from '../machine/gauges.js'

/** How often something is read. */
export interface ReadingOptions {
  /** From 1 s to 1 h. @defaultValue `'10s'` */
  readonly every?: Duration
}

/** How to read something, and what to tell of it. */
export interface Readings<R> {
  readonly name: string
  readonly read: () => R | Promise<R>
  readonly tell: (reading: R, gauges: Gauges) => void
}

/**
 * A source that asks for a reading and tells it. One that fails is a fault of the source, and so is one that has not come by the time of the
 * next, which is then left out: there are never two at once.
 */
export function readings<R>({ name, read, tell }: Readings<R>, of: string, options: ReadingOptions): Source {
  checkOptions(of, options, ['every'])
  const every = duration(`${of}.every`, options.every ?? '10s', { min: 1e3, max: 36e5 })
  return {
    name,
    async start(emit, { clock, abort, fault }) {
      const gauges = new Gauges(emit)
      let isAsked = false
      const ask = async (): Promise<void> => {
        isAsked = true
        try {
          const reading = await read()
          if (abort.aborted) return
          gauges.begin(clock.elapsed())
          tell(reading, gauges)
        } catch (error) {
          fault(error)
        } finally {
          isAsked = false
        }
      }
      while (!abort.aborted) {
        if (isAsked) fault(new Error(`${name} has not answered since it was asked last`))
        else void ask()
        await clock.sleep(every, abort)
      }
    },
  }
}
