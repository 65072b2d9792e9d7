import type { Clock, Context, Emit, Source } from '../model/index.js'
import type { Guard } from './guard.js'

/** After a failure a source is started again so much later, each time twice as much, at most {@link LONGEST_WAIT}. */
const FIRST_WAIT = 1_000
const LONGEST_WAIT = 300_000
/** A source that has run for so long is taken for well again. */
const WELL = 600_000

/** What a source runs with. */
export interface SourceShell {
  readonly guard: Guard
  readonly clock: Clock
  readonly emission: Emit
  context(part: string, abort: AbortSignal): Context
}

/** Runs a source until `abort` fires. One that throws or rejects is started again, later and later. */
export async function runSource(source: Source, shell: SourceShell, abort: AbortSignal): Promise<void> {
  const { clock, guard } = shell
  const context = shell.context(source.name, abort)
  for (let wait = FIRST_WAIT; !abort.aborted; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    const began = clock.elapsed()
    try {
      await source.start(shell.emission, context)
      return
    } catch (error) {
      if (abort.aborted) return
      if (clock.elapsed() - began > WELL) wait = FIRST_WAIT
      guard.fault(source.name, error)
      await clock.sleep(wait, abort)
    }
  }
}
