import { functionIn, type Source, textIn } from '../../model/index.js'
import { CLIENTS } from '../../model/signals/clients.js'
import { type ReadingOptions, readings } from './readings.js'

/** How many there are in each state: `{ waiting: 12, active: 3, failed: 1 }`. */
export type QueueReading = Readonly<Record<string, number>>

const MOST_STATES = 20

/**
 * Observes a queue, or a pool of workers and what waits for it: how many jobs are in each state.
 *
 * @param name - of the queue: `'mail'`.
 * @param read - counts jobs by state; the first 20 states are told.
 * @throws ConfigError when an argument is out of range.
 * @example
 * queue('mail', () => mail.getJobCounts('waiting', 'active', 'delayed', 'failed')) // BullMQ
 * queue('thumbnails', () => ({ waiting: piscina.queueSize, active: piscina.threads.length })) // Piscina
 */
export function queue(
  name: string,
  read: () => QueueReading | Promise<QueueReading>,
  options: ReadingOptions = {},
): Source {
  textIn('queue.name', name, 100)
  functionIn('queue.read', read)
  return readings<QueueReading>(
    {
      name: `queue:${name}`,
      read,
      tell(counts, gauges) {
        for (const [state, count] of Object.entries(counts).slice(0, MOST_STATES))
          gauges.gauge(CLIENTS.queue, count, name, state.slice(0, 100))
      },
    },
    'queue',
    options,
  )
}
