import type { Stats } from '../model/index.js'
import type { Budgets } from './budgets.js'
import type { Shell } from './shell.js'

/** What the monitor costs and has lost, as it stands now. */
export function statsOf(shell: Shell, budgets: Budgets, longestBlock: number): Stats {
  const { table, guard, flow, tally, desk, timeline, parts } = shell
  return {
    signals: table.size,
    observations: table.observations,
    faults: guard.faults,
    findings: flow.findings.seen,
    incidents: flow.incidents.seen,
    dropped: desk.refused > 0 ? { ...tally.list(), 'health results': desk.refused } : tally.list(),
    budgets: budgets.list(timeline.time),
    objectives: parts.watchers.flatMap((watcher) => guard.run(watcher.name, () => watcher.status?.(), undefined) ?? []),
    longestBlock,
  }
}
