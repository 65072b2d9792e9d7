import { describe, test } from 'vitest'
import { ewma, seasonal } from '../../src/detect/index.js'
import type { Detector } from '../../src/model/index.js'
import { detectorContract } from '../../src/testing/contracts/index.js'

/** The custom detector of the documentation: it must be lawful as it stands. */
const ceiling = (limit: number): Detector<null> => ({
  name: `ceiling@1:${limit}`,
  start: () => null,
  score: (_, value) => (value > limit ? 10 : 0),
  learn() {},
})

const detectors: Readonly<Record<string, Detector>> = {
  'ewma()': ewma() as Detector,
  'ewma({ halfLife, clip, floor })': ewma({ halfLife: '1s', warmup: 0, adapt: '5s', clip: 2, floor: 1 }) as Detector,
  'ewma({ halfLife: ten years })': ewma({ halfLife: '3650d' }) as Detector,
  'seasonal()': seasonal() as Detector,
  'seasonal({ halfLife, adapt })': seasonal({ halfLife: '5m', warmup: 0, adapt: '30m' }) as Detector,
  'a custom ceiling': ceiling(80) as Detector,
}

for (const [name, detector] of Object.entries(detectors)) {
  describe(name, () => {
    for (const law of detectorContract(detector)) test(law.name, () => law.run())
  })
}
