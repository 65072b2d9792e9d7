import type { Context, Emit } from '../../model/index.js'
import { TRACES } from '../../model/signals/telemetry.js'
import { Gauges } from '../../observe/machine/gauges.js'
import type { Ledger } from '../../observe/machine/ledger.js'

/** What is not called for so long, in milliseconds, is no operation any more. */
const FORGOTTEN = 36e5

/** What there is to tell once a window. */
export interface Ledgers {
  readonly operations: Ledger
  readonly edges: Ledger
}

/** Tells one window after the other until the source is ended. */
export async function runSpans(
  { operations, edges }: Ledgers,
  every: number,
  emit: Emit,
  { clock, abort }: Context,
): Promise<void> {
  const gauges = new Gauges(emit)
  for (let began = clock.elapsed(); ; ) {
    await clock.sleep(every, abort)
    if (abort.aborted) return
    const now = clock.elapsed()
    const seconds = (now - began) / 1000
    began = now
    gauges.begin(now)
    tellOperations(operations, seconds, gauges)
    tellEdges(edges, seconds, gauges)
    for (const ledger of [operations, edges]) ledger.forget(now - FORGOTTEN)
  }
}

function tellOperations(operations: Ledger, seconds: number, gauges: Gauges): void {
  for (const [name, kind, tally] of operations) {
    gauges.gauge(TRACES.calls, tally.calls / seconds, name, kind)
    gauges.gauge(TRACES.errors, tally.failed / tally.calls, name, kind)
    gauges.gauge(TRACES.mean, tally.mean, name, kind)
    gauges.gauge(TRACES.p99, tally.quantile(0.99), name, kind)
    tally.turn()
  }
}

function tellEdges(edges: Ledger, seconds: number, gauges: Gauges): void {
  for (const [client, server, tally] of edges) {
    gauges.gauge(TRACES.edgeCalls, tally.calls / seconds, client, server)
    gauges.gauge(TRACES.edgeErrors, tally.failed / tally.calls, client, server)
    gauges.gauge(TRACES.edgeMean, tally.mean, client, server)
    tally.turn()
  }
}
