import { Outlet } from '../../../src/edge/outbox/outlet.js'
import { outboxSettingsOf } from '../../../src/edge/outbox/settings.js'

/** What is left in a box, sent by this process: numbers, as outbox-writer.ts has written them. */
export async function drained(
  dir: string,
  within = 60_000,
): Promise<{ numbers: number[]; unwritable: string | undefined; waiting: number }> {
  const numbers: number[] = []
  const outlet = new Outlet('test', outboxSettingsOf('test', { dir, maxBytes: 2 ** 30 }), 'metrics', 3, {
    most: 1,
    rate: 1e6,
    maxAge: Number.POSITIVE_INFINITY,
    told: () => {},
    send: async (batches) => {
      for (const { frame } of batches) numbers.push(Number(Buffer.from(frame.payload).toString().trim()))
      return { kind: 'delivered' }
    },
  })
  await outlet.flush(within)
  const { unwritable, waiting } = outlet.status()
  await outlet.close(5_000)
  return { numbers, unwritable, waiting }
}
