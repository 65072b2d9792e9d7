import { Writable } from 'node:stream'
import { LoggerProvider } from '@opentelemetry/sdk-logs'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import winston from 'winston'
import { createMonitor } from '../../../src/monitor/monitor.js'
import { logs } from '../../../src/otel/logs.js'

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

async function listening() {
  const lines = logs()
  const monitor = createMonitor({ service: 'shop', telemetry: false, observe: [lines] })
  await monitor.start()
  return {
    lines,
    kinds: () => lines.templates().map(({ severity, template }) => `${severity} ${template}`),
    end: () => monitor.stop(),
  }
}

test('pino, by its hook, as in the docs', async () => {
  const { lines, kinds, end } = await listening()
  const logger = pino(
    {
      hooks: {
        logMethod(args, method, level) {
          const [first, second] = args as unknown[]
          lines.record(this.levels.labels[level], typeof first === 'object' ? (second ?? first) : first)
          method.apply(this, args)
        },
      },
    },
    nowhere(),
  )
  logger.info('of this only the count is taken')
  logger.warn('listening on %s', 'port 80')
  logger.error({ user: 7 }, 'user %d could not pay', 7)
  logger.error(new Error('socket hang up'))
  logger.child({ request: 1 }).warn('slow')
  expect(kinds()).toEqual(['WARN listening on %s', 'ERROR user %d could not pay', 'ERROR socket hang up', 'WARN slow'])
  await end()
})

test('winston, by a format, as in the docs', async () => {
  const { lines, kinds, end } = await listening()
  const watched = winston.format((info) => {
    lines.record(info.level, info.message)
    return info
  })
  const logger = winston.createLogger({
    level: 'silly',
    format: winston.format.combine(winston.format.splat(), watched(), winston.format.json()),
    transports: [new winston.transports.Stream({ stream: nowhere() })],
  })
  logger.info('of this only the count is taken')
  logger.warn('listening on port %d', 80)
  logger.error('user 7 could not pay')
  expect(kinds()).toEqual(['WARN listening on port <*>', 'ERROR user <*> could not pay'])
  await end()
})

test("OpenTelemetry's SDK, as a processor beside the one that exports", async () => {
  const { lines, kinds, end } = await listening()
  const provider = new LoggerProvider({ processors: [lines] })
  const logger = provider.getLogger('shop')
  logger.emit({ severityNumber: 17, body: 'user 7 could not pay' })
  logger.emit({ severityText: 'WARN', body: { message: 'slow', ms: 7 } })
  logger.emit({ severityNumber: 21, eventName: 'payment.declined' })
  logger.emit({ body: 'of this only the count is taken' })
  expect(kinds()).toEqual(['ERROR user <*> could not pay', 'WARN slow', 'FATAL payment.declined'])
  await provider.shutdown()
  await end()
})
