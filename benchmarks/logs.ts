/** What observing an app's logs costs: a record with `logs()` beside the SDK's batch processor, against one with that alone. */
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs'
import { createMonitor } from 'pi-uptime'
import { logs } from 'pi-uptime/otel'
import { benchmark, type Case, median, ratioRow, type Sample } from './frame.js'

const RECORDS = 20_000
const PASSES = 15
/** One line in so many is a warning. */
const USUAL = 49

/** Sends nowhere; a full queue drops, as in any app that is faster than its collector. */
const exported = (): LogRecordProcessor =>
  new BatchLogRecordProcessor({
    exporter: {
      export: (_, done) => done({ code: 0 }),
      shutdown: async () => undefined,
      forceFlush: async () => undefined,
    },
  })

/** Lines of 20 kinds, each with numbers, a path and an id that vary, three attributes. @param warnings - one in so many is one */
function records(processors: LogRecordProcessor[], warnings: number): Sample {
  const logger = new LoggerProvider({ processors }).getLogger('bench')
  const verbs =
    'read wrote sent took lost found moved made saw asked gave left kept held ran put set cut let hit'.split(' ')
  const kinds = verbs.map((verb) => `${verb}-it ${verb}-as ${verb}-was ${verb}-before ${verb}-now ${verb}-on`)
  const costs: number[] = []
  for (let pass = 0; pass < PASSES; pass++) {
    const began = performance.now()
    for (let i = 0; i < RECORDS; i++) {
      const body = `${kinds[i % 20]} order ${i * 31} of /api/v1/orders/${i} in ${i % 900} ms`
      const attributes = { 'code.function.name': 'serve', 'thread.id': i % 7, 'user.id': `u${i % 1000}` }
      logger.emit({ severityNumber: i % warnings === 0 ? 13 : 9, body, attributes })
    }
    costs.push(((performance.now() - began) * 1e6) / RECORDS)
  }
  return { ns: median(costs.slice(PASSES >> 1)) }
}

async function observed(warnings: number): Promise<Sample> {
  const lines = logs()
  const monitor = createMonitor({ service: 'bench', observe: [lines], telemetry: false })
  await monitor.start()
  await new Promise((resolve) => setTimeout(resolve, 200)) // the source has loaded its work
  const sample = records([lines, exported()], warnings)
  const { templates, overflowed } = lines.stats()
  if (templates < 20 || templates > 40 || overflowed > 0) throw new Error(`the source has learned ${templates} kinds`)
  await monitor.stop()
  return sample
}

const cases = {
  alone: { run: () => records([exported()], USUAL) },
  observed: { run: () => observed(USUAL) },
  warnings: { run: () => observed(1) },
} satisfies Record<string, Case>

await benchmark({
  name: 'logs',
  rounds: 9,
  cases,
  rows: (values) => [
    ratioRow(
      'a log record, observed and exported',
      'a log record, exported',
      values('observed', 'ns'),
      values('alone', 'ns'),
      {
        must: 3,
        aim: 2,
      },
    ),
    ratioRow('the same, of warnings alone', 'a log record, exported', values('warnings', 'ns'), values('alone', 'ns'), {
      must: 4,
      aim: 3,
    }),
  ],
})
