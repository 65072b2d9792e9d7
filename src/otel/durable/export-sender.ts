import type { Sender, Sent } from '../../edge/outbox/drain.js'
import type { Batch } from '../../edge/outbox/parcel.js'
import { systemClock } from '../../edge/system-clock.js'
import { type Clock, inTime, messageOf } from '../../model/index.js'
import { type Heard, hearing } from './answer.js'
import type { TelemetryKind } from './kinds.js'
import { unpacked } from './parcels.js'
import { type ExportResult, verdictOf } from './verdict.js'

interface Exporting {
  export(items: never, done: (result: ExportResult) => void): void
}

/** A batch that fails so often in a row for no reason that is of the network is given up. */
const MOST_UNCLEAR = 10

/** Sends batches through an exporter. */
export function exportSender(
  exporter: Exporting,
  kind: TelemetryKind,
  timeout: number,
  clock: Clock = systemClock(),
): Pick<Sender, 'send'> {
  let unclear = 0
  return {
    async send([batch], abort) {
      const items = await unpacked(kind, batch as Batch).catch((error: unknown) => new Error(messageOf(error)))
      if (items instanceof Error) return { kind: 'unreadable', why: items.message }
      const sent = await exported(exporter, items, timeout, clock, abort)
      if (sent !== 'unclear') {
        unclear = 0
        return sent
      }
      if (++unclear < MOST_UNCLEAR) return { kind: 'again', why: 'the exporter failed' }
      unclear = 0
      return { kind: 'rejected', why: `the exporter failed ${MOST_UNCLEAR} times` }
    },
  }
}

async function exported(
  exporter: Exporting,
  items: unknown,
  timeout: number,
  clock: Clock,
  abort: AbortSignal,
): Promise<Sent | 'unclear'> {
  const heard: Heard = {}
  const work = (): Promise<ExportResult> => hearing(heard, () => exportOnce(exporter, items))
  const result = await inTime({ clock, ms: timeout, abort }, work).catch(() => undefined)
  return result ? verdictOf(result, heard.answer) : { kind: 'again', why: 'no answer in time' }
}

function exportOnce(exporter: Exporting, items: unknown): Promise<ExportResult> {
  return new Promise((resolve) => {
    try {
      exporter.export(items as never, resolve)
    } catch (error) {
      resolve({ code: 1, error: error instanceof Error ? error : new Error(messageOf(error)) })
    }
  })
}
