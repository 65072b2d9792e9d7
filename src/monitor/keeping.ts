import type { Flow } from './flow/flow.js'
import type { StandingState } from './flow/standing.js'
import type { Guard } from './guard.js'
import type { Listeners } from './listeners.js'
import { memoryOf, type Parts } from './parts.js'
import type { SeriesTable } from './series/series-table.js'
import type { Memory } from './series/table-shell.js'
import type { Snapshots } from './snapshot/snapshot.js'
import type { Timeline } from './timeline.js'

/** The memory of open findings goes by this name. */
const STANDING = 'findings@1'

/** What keeping needs of the shell. */
export interface KeepingShell {
  readonly guard: Guard
  readonly flow: Flow
  readonly parts: Parts
  readonly table: SeriesTable
  readonly listeners: Listeners
  readonly timeline: Timeline
  readonly snapshots: Snapshots
}

/** What of a monitor survives a restart, and when it is written. */
export class Keeping {
  /** Observations and events at the last save. */
  #saved = 0

  constructor(
    private readonly shell: KeepingShell,
    private readonly durable: boolean,
  ) {}

  /** Takes the memory of the last run up. */
  async restore(): Promise<void> {
    const { flow, guard, parts, snapshots, timeline } = this.shell
    const { correlator } = flow
    const memories = parts.responders.map(({ part }) => memoryOf(part))
    const { time } = await snapshots.restore(new Set([...parts.names, ...memories, correlator.part.name, STANDING]))
    if (time !== undefined) timeline.notBefore(time)
    correlator.state =
      snapshots.adopt(correlator.part.name, '') ?? guard.run(correlator.part.name, () => correlator.part.start(), null)
    guard.try('monitor', () => flow.restore((snapshots.adopt(STANDING, '') ?? []) as StandingState))
  }

  /**
   * Saves the memory of all parts, after a save that is under way; without a store, or when nothing has happened since, not:
   * on an SD card a write that says nothing new is wear.
   */
  async save(): Promise<void> {
    const { snapshots, table, listeners } = this.shell
    await snapshots.idle()
    const changes = table.observations + listeners.told
    if (!this.durable || changes === this.#saved) return
    if ((await snapshots.save(this.#memories())) === 'saved') this.#saved = changes
  }

  /** What is open first: it matters most. */
  *#memories(): Generator<Memory> {
    const { flow, parts, table } = this.shell
    yield { part: flow.correlator.part.name, key: '', state: flow.correlator.state }
    yield { part: STANDING, key: '', state: flow.standing.state }
    const shared = new Map(parts.responders.map((slot) => [memoryOf(slot.part), slot.state]))
    for (const [name, memory] of shared) yield { part: name, key: '', state: memory }
    yield* table.memories()
  }
}
