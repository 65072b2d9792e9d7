import { ATTRIBUTE, type Context, type Emit, type Finding, idOf, type Signal } from '../../model/index.js'
import { OUTBOX } from '../../model/signals/outbox.js'
import type { SignalRow } from '../../model/signals/row.js'
import type { OutboxStatus } from './outlet.js'

const EVERY = 10_000

/** Observes how an outbox stands, and claims a finding while its disk is unwritable. */
export async function observeOutbox(emit: Emit, context: Context, status: () => OutboxStatus): Promise<void> {
  const { name } = status()
  const of = (row: SignalRow): Signal => ({ name: row.name, unit: row.unit, attributes: { [ATTRIBUTE.lane]: name } })
  const [waiting, used, dropped, writable] = [
    of(OUTBOX.waiting),
    of(OUTBOX.utilization),
    of(OUTBOX.dropped),
    of(OUTBOX.writable),
  ]
  const { clock, abort } = context
  const claim = new Claim(writable, context)
  for (let before = droppedIn(status()); !abort.aborted; ) {
    const now = status()
    emit(waiting, now.waiting)
    emit(used, now.bytes / now.maxBytes)
    emit(dropped, droppedIn(now) - before)
    emit(writable, now.unwritable === undefined ? 1 : 0)
    before = droppedIn(now)
    claim.look(now.unwritable)
    await clock.sleep(EVERY, abort)
  }
}

class Claim {
  #open: Finding | undefined

  constructor(
    private readonly signal: Signal,
    private readonly context: Context,
  ) {}

  look(unwritable: string | undefined): void {
    const now = this.context.clock.now()
    if (unwritable !== undefined && !this.#open) {
      this.#open = {
        ...{
          id: idOf('f', 'outbox', String(this.signal.attributes[ATTRIBUTE.lane]), now),
          watcher: 'outbox',
          signal: this.signal,
        },
        ...{ state: 'open', severity: 'warning', score: 10, value: 0, since: now, openedAt: now, updatedAt: now },
        summary: `the outbox cannot be written, so what waits to be sent is in memory only: ${unwritable.slice(0, 200)}`,
      }
      this.context.report(this.#open)
    } else if (unwritable === undefined && this.#open) {
      this.context.report({
        ...this.#open,
        state: 'closed',
        value: 1,
        updatedAt: now,
        closedAt: now,
        summary: 'the outbox can be written again',
      })
      this.#open = undefined
    }
  }
}

function droppedIn({ dropped }: OutboxStatus): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, 0)
}
