import type { Reporter, TestModule } from 'vitest/node'

/** Names every skipped test with its reason, so that a missing server or Node version never passes for a green run. */
export default class LoudSkips implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')])
    for (const test of skipped) {
      const result = test.result()
      console.warn(`SKIPPED ${test.fullName}: ${('note' in result && result.note) || 'no reason given'}`)
    }
  }
}
