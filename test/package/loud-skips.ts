import type { Reporter, TestModule, Vitest } from 'vitest/node'

/** Names every skipped test with its reason, so that a missing server or Node version never passes for a green run. */
export default class LoudSkips implements Reporter {
  #filtered = false

  onInit({ config }: Vitest): void {
    this.#filtered = config.testNamePattern !== undefined
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#filtered) return
    for (const test of modules.flatMap((module) => [...module.children.allTests('skipped')])) {
      const result = test.result()
      console.warn(`SKIPPED ${test.fullName}: ${('note' in result && result.note) || 'no reason given'}`)
    }
  }
}
