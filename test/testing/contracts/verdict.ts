import { AssertionError } from 'node:assert/strict'
import { expect, test } from 'vitest'
import type { Law } from '../../../src/testing/contracts/index.js'

/** The laws that are broken, with what they say. */
export async function verdict(laws: readonly Law[]): Promise<ReadonlyMap<string, string>> {
  const broken = new Map<string, string>()
  for (const law of laws) {
    try {
      await law.run()
    } catch (error) {
      expect(error).toBeInstanceOf(AssertionError)
      broken.set(law.name, (error as Error).message)
    }
  }
  return broken
}

/** For each law, a culprit that it must catch; no law may go without one. */
export function everyLawCatches(lawful: readonly Law[], culprits: Readonly<Record<string, readonly Law[]>>): void {
  test('every law has its culprit', () => {
    expect(Object.keys(culprits).sort()).toEqual(lawful.map(({ name }) => name).sort())
  })
  for (const [name, laws] of Object.entries(culprits)) {
    test(`caught: ${name}`, async () => {
      const law = laws.find((one) => one.name === name)
      const broken = await verdict(law ? [law] : [])
      expect(broken.get(name)).toMatch(/^[a-z'].{10,}/)
    })
  }
}
