import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { inflateRawSync } from 'node:zlib'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { commands, fileStore, forward, redisLease, signCommand } from '../../src/edge/index.js'
import { alert, check, consoleChannel, createMonitor, heartbeat, probe, remediate, webhook } from '../../src/index.js'
import { durable } from '../../src/otel/index.js'
import { alertmanager, mqtt } from '../../src/respond/channels/index.js'
import { command, http } from '../../src/respond/steps/index.js'
import { healthHandler } from '../../src/serve/index.js'
import { type OtlpSink, otlpSink } from './sink/otlp-sink.js'

/** In every secret there is; what stands behind it tells which one leaked. */
const CANARY = 'cAnArY7'

let dir: string
let sink: OtlpSink
let hostile: Server
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'secrets-'))
  sink = await otlpSink()
  // refuses all, and says back what it was told
  hostile = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    response.writeHead(500, { 'x-echo': `${request.headers.authorization}` })
    response.end(`${request.url} ${JSON.stringify(request.headers)} ${Buffer.concat(chunks)}`)
  })
  await once(hostile.listen(0, '127.0.0.1'), 'listening')
})
afterEach(async () => {
  hostile.closeAllConnections()
  hostile.close()
  await sink.close()
  vi.unstubAllEnvs()
  await rm(dir, { recursive: true, force: true })
})

/** Every file below a directory, as text; frames of the outbox also inflated. */
async function files(of: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const entry of await readdir(of, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    expect(`${entry.name} ${((await stat(path)).mode & 0o777).toString(8)}`).toBe(`${entry.name} 600`)
    const bytes = await readFile(path)
    found[entry.name] = bytes.toString('latin1') + inflated(bytes)
  }
  return found
}

function inflated(bytes: Buffer): string {
  let text = ''
  for (let at = 0; at < bytes.length; at++) {
    try {
      text += inflateRawSync(bytes.subarray(at), { finishFlush: 2 }).toString('latin1')
    } catch {
      // nothing that was deflated begins here
    }
  }
  return text
}

test('no secret of any option, error or address is in logs, errors, telemetry, state, audit, alerts or health', async () => {
  vi.stubEnv('SHOP_DB_PASSWORD', `${CANARY}-environment`)
  const { port } = hostile.address() as AddressInfo
  const at = (name: string): string =>
    `http://ann:${CANARY}-${name}-password@127.0.0.1:${port}/${name}?key=${CANARY}-${name}-query`
  const secret = (name: string) => ({ headers: { authorization: `Bearer ${CANARY}-${name}-header` } })
  const printed: string[] = []
  for (const how of ['log', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, how).mockImplementation((...texts) => void printed.push(texts.join(' ')))
  const logs = new LoggerProvider({
    processors: [
      new BatchLogRecordProcessor({
        exporter: new OTLPLogExporter({ url: `${sink.url}/v1/logs` }),
        scheduledDelayMillis: 100,
      }),
    ],
  })
  const kept = durable(new OTLPMetricExporter({ url: at('otlp'), ...secret('otlp'), timeoutMillis: 500 }), {
    dir: join(dir, 'outbox'),
  })
  const meters = new MeterProvider({
    readers: [new OTLPMetricExporter({ url: `${sink.url}/v1/metrics` }), kept].map(
      (exporter) =>
        new PeriodicExportingMetricReader({
          exporter: exporter as never,
          exportIntervalMillis: 500,
          exportTimeoutMillis: 500,
        }),
    ),
  })
  const broker = mqtt(`mqtt://ann:${CANARY}-mqtt-address@127.0.0.1:1`, {
    topic: 'a',
    password: `${CANARY}-mqtt`,
    timeout: 100,
  })
  const ops = generateKeyPairSync('ed25519')
  const remote = commands({
    device: 'pi',
    keys: { ops: ops.publicKey },
    actions: { fail: () => Promise.reject(new Error(`token=${CANARY}-command`)) },
  })
  const redis = new Redis({
    host: '127.0.0.1',
    port: 1,
    password: `${CANARY}-redis`,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    lazyConnect: true,
  })
  redis.on('error', () => undefined)
  const am = alertmanager(at('alertmanager'), { ...secret('alertmanager'), timeout: '1s' })
  const hook = webhook(at('webhook'), { ...secret('webhook'), secret: `${CANARY}-webhook-secret`, private: true })
  const remotely = forward(hook, { dir: join(dir, 'outbox') })
  const faults: unknown[] = []
  const monitor = createMonitor({
    service: 'shop',
    store: fileStore(join(dir, 'store')),
    telemetry: { meterProvider: meters, loggerProvider: logs } as never,
    onFault: ({ error: _, ...fault }) => faults.push(fault),
    observe: [
      ...[broker, am, remote, remotely, kept],
      check(
        'db',
        () =>
          Promise.reject(
            new Error(
              `connect postgres://app:${CANARY}-check@db/shop: password=${CANARY}-check2; ${CANARY}-environment`,
            ),
          ),
        { every: 200, failAfter: 1 },
      ),
      check('cache', () => ({ status: 'fail', output: `redis://:${CANARY}-output@cache` }), {
        every: 200,
        failAfter: 1,
      }),
      probe(at('probe').replace('/probe?', '/?'), { private: true, every: 200, failAfter: 1 }),
      heartbeat({ to: at('heartbeat'), private: true, every: '1s' }),
      { name: 'broken', start: () => Promise.reject(new Error(`https://ann:${CANARY}-source@x.example/`)) },
    ],
    respond: [
      alert({ to: [hook, am, broker, remotely, consoleChannel()], wait: 0 }),
      remediate({
        name: 'repair',
        when: { check: 'db' },
        mode: 'act',
        guards: [],
        steps: [
          command('/bin/echo', [`${CANARY}-environment`, `--password=${CANARY}-argument`]),
          http(at('step'), { ...secret('step'), body: `${CANARY}-step-body`, private: true }),
        ],
      }),
      remediate({
        name: 'leased',
        when: { check: 'cache' },
        mode: 'act',
        guards: [],
        steps: [() => undefined],
        lease: redisLease(redis, { name: 'l', slots: 1, timeout: '1s' }),
      }),
      remediate({
        name: 'asked',
        when: { check: 'db' },
        mode: 'approve',
        guards: [],
        steps: [() => undefined],
        approval: {
          ask: () => Promise.reject(new Error(`Bearer ${CANARY}-approval`)),
          secret: `${CANARY}-approval-secret`,
        },
      }),
    ],
  })
  await monitor.start()
  await vi.waitFor(() => expect(monitor.incidents().length).toBeGreaterThan(0), 10_000)
  const token = signCommand({
    key: ops.privateKey,
    keyId: 'ops',
    device: 'pi',
    action: 'fail',
    argument: `password=${CANARY}-command-argument`,
  })
  const answers = [
    await remote.take(token),
    await remote.take(token),
    await remote.take(`${CANARY}.${CANARY}.${CANARY}`),
  ]
  await vi.waitFor(async () => {
    const audit = await monitor.audit()
    expect(audit.some(({ event }) => event === 'step failed' || event === 'outcome')).toBe(true)
    expect(faults.length).toBeGreaterThan(5)
  }, 15_000)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  const health = await served(healthHandler(monitor, { authorize: () => true }))
  const audit = await monitor.audit()
  const seen = {
    findings: monitor.findings(),
    incidents: monitor.incidents(),
    actions: monitor.actions(),
    stats: monitor.stats(),
  }
  await monitor.stop()
  await meters.shutdown()
  await logs.shutdown()
  redis.disconnect()
  vi.restoreAllMocks()

  const shown: Record<string, string> = {
    printed: printed.join(''),
    faults: inspect(faults, { depth: 9 }),
    audit: JSON.stringify(audit),
    answers: JSON.stringify(answers),
    seen: inspect(seen, { depth: 9, maxArrayLength: null, maxStringLength: null }),
    health,
    telemetry: inspect(sink, { depth: 12, maxArrayLength: null, maxStringLength: null }),
    ...(await files(dir)),
  }
  // the nets are where the fish are
  expect(shown.printed).toMatch(/check (db|cache) fails/)
  expect(shown.audit).toContain('command')
  expect(shown.health).toContain('postgres://')
  expect(shown.telemetry).toContain('pi_uptime.audit')
  for (const name of ['0-alerts-00000001.seg', 'remediate.repair', 'audit-00000001'])
    expect(shown[name]).toContain('repair')
  expect(shown['3-metrics-00000001.seg']).toContain('pi_uptime.faults')
  expect(
    Object.values(shown)
      .join('')
      .match(/inc|check db fails/g)?.length,
  ).toBeGreaterThan(5)
  const leaks = Object.entries(shown).flatMap(([where, text]) =>
    [...new Set(text.match(new RegExp(`${CANARY}[\\w-]*`, 'g')))].map((canary) => `${where}: ${canary}`),
  )
  expect(leaks).toEqual([])
}, 60_000)

async function served(handler: ReturnType<typeof healthHandler>): Promise<string> {
  const server = createServer((req, res) => void handler(req, res))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const answers = await Promise.all(
      ['/healthz', '/readyz?verbose', '/readyz'].map(async (path) =>
        (await fetch(`http://127.0.0.1:${port}${path}`)).text(),
      ),
    )
    return answers.join('\n')
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
