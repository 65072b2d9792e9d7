import { describe, test } from 'vitest'
import {
  agree,
  auto,
  calibrated,
  change,
  drift,
  ewma,
  flatline,
  quantile,
  record,
  residual,
  robust,
  seasonal,
} from '../../src/detect/index.js'
import type { Detector, Forecaster } from '../../src/model/index.js'
import { detectorContract } from '../../src/testing/contracts/index.js'

/** The custom detector of the documentation: it must be lawful as it stands. */
const ceiling = (limit: number): Detector<null> => ({
  name: `ceiling@1:${limit}`,
  start: () => null,
  score: (_, value) => (value > limit ? 10 : 0),
  learn() {},
})

/** The forecaster of the documentation. */
const naive: Forecaster<{ last: number; known: boolean }> = {
  name: 'naive@1',
  start: () => ({ last: 0, known: false }),
  learn(state, value) {
    state.last = value
    state.known = true
  },
  forecast: ({ last, known }) => (known ? { value: last, low: last, high: last } : undefined),
}

const detectors: Readonly<Record<string, Detector>> = {
  'auto()': auto() as Detector,
  'auto({ halfLife, floor })': auto({ halfLife: '1s', warmup: 0, adapt: '5s', floor: 1 }) as Detector,
  'calibrated(ewma)': calibrated(ewma()) as Detector,
  'ewma()': ewma() as Detector,
  'ewma({ halfLife, clip, floor })': ewma({ halfLife: '1s', warmup: 0, adapt: '5s', clip: 2, floor: 1 }) as Detector,
  'ewma({ halfLife: ten years })': ewma({ halfLife: '3650d' }) as Detector,
  'seasonal()': seasonal() as Detector,
  'seasonal({ halfLife, adapt })': seasonal({ halfLife: '5m', warmup: 0, adapt: '30m' }) as Detector,
  'robust()': robust() as Detector,
  'robust({ halfLife, clip, floor })': robust({
    halfLife: '1s',
    warmup: 0,
    adapt: '5s',
    clip: 2,
    floor: 1,
  }) as Detector,
  'quantile()': quantile() as Detector,
  'quantile({ halfLife, warmup })': quantile({ halfLife: '1m', warmup: 0 }) as Detector,
  'change()': change() as Detector,
  'change({ halfLife, adapt, shift })': change({ halfLife: '1m', warmup: 0, adapt: '5s', shift: 4 }) as Detector,
  'flatline()': flatline() as Detector,
  'flatline({ halfLife, tolerance })': flatline({ halfLife: '1m', warmup: 0, adapt: '5s', tolerance: 3 }) as Detector,
  'record()': record() as Detector,
  'record({ memory, adapt, floor })': record({ memory: '1m', warmup: 0, adapt: '5s', floor: 1 }) as Detector,
  'drift()': drift() as Detector,
  'drift({ horizon, floor })': drift({ horizon: '10m', floor: 1 }) as Detector,
  'residual(naive)': residual(naive) as Detector,
  'agree(2, [ewma, robust, seasonal])': agree(2, [ewma(), robust(), seasonal()]) as Detector,
  'a custom ceiling': ceiling(80) as Detector,
}

for (const [name, detector] of Object.entries(detectors)) {
  describe(name, () => {
    for (const law of detectorContract(detector)) test(law.name, () => law.run())
  })
}
