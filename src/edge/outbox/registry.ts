import { Outbox } from './outbox.js'
import type { OutboxSettings } from './settings.js'

interface Shared {
  readonly outbox: Outbox
  users: number
}

const OPEN = Symbol.for('pi-uptime.outboxes')

/** Those that are open, by directory. One map for all copies of this module in a process. */
function openOnes(): Map<string, Shared> {
  const shared = globalThis as { [OPEN]?: Map<string, Shared> }
  shared[OPEN] ??= new Map()
  return shared[OPEN]
}

/** The outbox of a directory; who asks gives it back. */
export function borrow(settings: OutboxSettings): Outbox {
  const shared = openOnes().get(settings.dir) ?? { outbox: new Outbox(settings), users: 0 }
  shared.users++
  openOnes().set(settings.dir, shared)
  return shared.outbox
}

/** Closes it when nobody else has it. Never rejects. */
export async function giveBack(outbox: Outbox): Promise<void> {
  const { dir } = outbox.settings
  const shared = openOnes().get(dir)
  if (shared?.outbox !== outbox || --shared.users > 0) return outbox.secure()
  openOnes().delete(dir)
  await outbox.close()
}
