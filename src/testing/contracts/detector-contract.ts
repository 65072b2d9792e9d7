import { isDeepStrictEqual } from 'node:util'
import type { Detector } from '../../model/index.js'
import { add, constant, noise, seasonal, type Wave } from '../waves.js'
import { DetectorRun, START, STEP } from './detector-run.js'
import { type Law, law, must } from './law.js'

/** What a {@link detectorContract} plays. */
export interface DetectorContractOptions {
  /** Values that the detector takes for usual. @defaultValue about 100, with noise and a gentle daily rhythm */
  readonly wave?: Wave
  /** The largest memory allowed, in bytes of its saved text. @defaultValue 65,536 */
  readonly maxBytes?: number
}

const WEEK = 7 * 864e5
const USUAL: Wave = add(constant(100), noise(5, 7), seasonal({ amplitude: 10 }))
const MOST = Number.MAX_VALUE
const EXTREMES = [0, -0, 5e-324, 1e-9, -1e-9, 1e15, -1e15, MOST, MOST, -MOST, -MOST, -MOST, 1e300, -1e300, 100]

/**
 * The laws of every detector. Each law starts from a fresh memory.
 *
 * @example
 * for (const law of detectorContract(ceiling(80))) test(law.name, () => law.run())
 */
// biome-ignore lint/suspicious/noExplicitAny: any detector can be judged
export function detectorContract(detector: Detector<any>, options: DetectorContractOptions = {}): readonly Law[] {
  const { wave = USUAL, maxBytes = 65_536 } = options
  const begun = (rows = 2_000): DetectorRun => new DetectorRun(detector, wave).play(rows)
  return [
    law('its name carries a version, as in ceiling@1', () => {
      must(/^[^@\s]+@\d+/.test(detector.name), `the name ${JSON.stringify(detector.name)} has no @version`)
    }),
    law('its memory is plain data, of one shape for life, without NaN', () => {
      const run = begun(0)
      const shape = run.shape()
      run.checkPlain()
      run.play(500).checkPlain()
      must(run.shape() === shape, `the memory had the shape ${shape}, then ${run.shape()}`)
    }),
    law('scoring, expecting and explaining change nothing, so asking twice gives the same answer', () =>
      begun().checkPurity(),
    ),
    law('scores are finite and at least 0, or NaN for no opinion', () => void begun(3_000)),
    law('the same history gives the same scores', () => {
      const [a, b] = [begun(), begun()]
      must(isDeepStrictEqual(a.scores, b.scores), 'two runs over the same values gave different scores')
    }),
    law('two memories know nothing of each other', () => {
      const [lone, first, second] = [begun(200), begun(0), begun(0)]
      for (let row = 0; row < 200; row++) {
        second.feed(-1e6 * row, START + row * STEP)
        first.play(1)
      }
      must(isDeepStrictEqual(first.scores, lone.scores), 'feeding one memory changed the scores of another')
    }),
    law('a memory that was saved and restored goes on as if nothing had happened', () => {
      const run = begun(1_500)
      const restored = run.restored()
      run.play(500)
      restored.play(500)
      must(isDeepStrictEqual(restored.scores.slice(-500), run.scores.slice(-500)), 'after a restart the scores differ')
    }),
    law('a week of silence breaks nothing', () => {
      const run = begun()
      run.time += WEEK
      run.play(2_000)
    }),
    law('a thousand values at one time break nothing', () => {
      const run = begun()
      for (let row = 0; row < 1_000; row++) run.feed(wave(row * STEP), run.time)
      run.play(500)
    }),
    law('huge, tiny and alternating values break nothing', () => {
      const run = begun(0)
      for (let row = 0; row < 20 * EXTREMES.length; row++) run.feed(EXTREMES[row % EXTREMES.length] as number)
      run.checkPlain()
      run.play(500)
    }),
    law('times before 1970, at 0 and decades apart break nothing', () => {
      const run = begun(0)
      for (const time of [-1e12, -5e5, 1e6 + 0.5, 4e8, START, 4e12, 8.64e15]) {
        run.time = time
        run.play(100)
      }
      run.checkPlain()
    }),
    law('its memory stays bounded', () => {
      const run = begun(1_000)
      const early = run.text().length
      const late = run.play(20_000).text().length
      must(late <= maxBytes, `the memory takes ${late} bytes, more than ${maxBytes}`)
      must(
        late <= 1.5 * early + 1_024,
        `the memory grew from ${early} bytes after 1,000 values to ${late} after 21,000`,
      )
    }),
  ]
}
