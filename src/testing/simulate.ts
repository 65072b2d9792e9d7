import {
  ConfigError,
  type Duration,
  duration,
  functionIn,
  NO_ATTRIBUTES,
  nameOf,
  type Signal,
  type Source,
  textIn,
} from '../model/index.js'
import type { Wave } from './waves.js'

/**
 * A source that plays a wave: at once, and then every `every`. Nothing is emitted where the wave has a gap.
 *
 * The wave's time 0 is the moment at which the monitor starts the source, so a story reads the same on any clock. On a clock
 * that was held up it goes on with the present moment, without catching up.
 *
 * @param signal - or just its name, for a signal without unit and attributes.
 * @param every - from 1 ms. @defaultValue `'10s'`
 * @throws ConfigError when an argument cannot work.
 * @example
 * simulate(queueDepth, add(constant(100), noise(5, 42), pulse(300, at(6), at(8))), '10s')
 */
export function simulate(signal: Signal | string, wave: Wave, every: Duration = '10s'): Source {
  const played: Signal =
    typeof signal === 'string'
      ? { name: textIn('simulate.signal', signal), unit: '1', attributes: NO_ATTRIBUTES }
      : signalIn(signal)
  functionIn('simulate.wave', wave)
  const pace = duration('simulate.every', every)
  return {
    name: `simulate ${nameOf(played)}`,
    async start(emit, { clock, abort }) {
      const began = clock.elapsed()
      const turnNow = (): number => Math.floor((clock.elapsed() - began) / pace)
      for (let turn = 0; !abort.aborted; turn = Math.max(turn + 1, turnNow())) {
        const value = wave(turn * pace)
        if (!Number.isNaN(value)) emit(played, value)
        await clock.sleep(began + (turn + 1) * pace - clock.elapsed(), abort)
      }
    },
  }
}

function signalIn(signal: Signal): Signal {
  const { name, unit, attributes } = signal ?? {}
  if (typeof name === 'string' && typeof unit === 'string' && typeof attributes === 'object' && attributes !== null)
    return signal
  throw new ConfigError('simulate.signal', 'a name, or a signal with name, unit and attributes', signal)
}
