import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { durable, type ExportTold } from '../../../src/otel/index.js'
import { type Scripted, scriptedCollector, wrongProtocol } from './scripted-collector.js'

let dir: string
let boxes = 0
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'otlp-rules-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const RECORDS = 5

function logRecords(): ReadableLogRecord[] {
  const resource = resourceFromAttributes({ 'service.name': 'shop' })
  const instrumentationScope = { name: 'test' }
  return Array.from({ length: RECORDS }, (_, i) => ({
    ...{ hrTime: [1, i], hrTimeObserved: [1, i], severityNumber: 9, body: `line ${i}`, attributes: { i } },
    ...{ resource, instrumentationScope, droppedAttributesCount: 0 },
  })) as ReadableLogRecord[]
}

/** Hands five log records to a durable exporter and waits until so many tries have ended, or one has delivered. */
async function outcome(
  url: string,
  enough: number | 'delivered',
  wait = 20_000,
): Promise<{ told: ExportTold[]; waiting: number }> {
  const told: ExportTold[] = []
  const exporter = durable(new OTLPLogExporter({ url: `${url}/v1/logs`, timeoutMillis: 400 }), {
    dir: join(dir, `box-${boxes++}`),
    timeout: '2s',
    onExport: (one) => told.push(one),
  })
  await new Promise<void>((resolve) => exporter.export(logRecords(), () => resolve()))
  const until = performance.now() + wait
  const isEnough = (): boolean => (enough === 'delivered' ? told.at(-1)?.kind === enough : told.length >= enough)
  while (!isEnough() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10))
  const { waiting } = exporter.status()
  await exporter.shutdown()
  return { told, waiting }
}

/** The receiver answers so once, then well: what became of both tries. */
async function twice(answer: Scripted): Promise<{ kinds: string[] }> {
  const collector = await scriptedCollector([answer])
  const { told } = await outcome(collector.url, 2)
  await collector.close()
  return { kinds: told.map(({ kind }) => kind) }
}

const json = (value: unknown): Scripted => ({ body: JSON.stringify(value) })

describe.concurrent('is tried again, and arrives', () => {
  const cases: readonly (readonly [string, Scripted])[] = [
    ['429', { status: 429 }],
    ['502', { status: 502 }],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
    ['503 with a page of HTML', { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>busy</h1>' }],
    ['a connection that is reset before the answer', { mishap: 'reset' }],
    ['429 whose body is reset', { status: 429, mishap: 'reset in the body' }],
    ['no answer', { mishap: 'silence' }],
    ['503 that drips', { status: 503, mishap: 'drip' }],
    ['301, as of a proxy', { status: 301, headers: { location: 'http://127.0.0.1:1/' } }],
    ['302, as of a network that wants a login', { status: 302, headers: { location: 'http://127.0.0.1:1/login' } }],
    ['307', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }],
    [
      '200 with a page, as of a network that wants a login',
      { headers: { 'content-type': 'text/html' }, body: '<form>' },
    ],
  ]
  test.each(cases)('%s', async (_, answer) => {
    expect((await twice(answer)).kinds).toEqual(['again', 'delivered'])
  })
})

describe.concurrent('Retry-After, by the exporter or by us, is waited for', () => {
  const cases: readonly (readonly [string, number, string, number])[] = [
    // status, header, at least so many milliseconds
    ['seconds', 429, '2', 2_000],
    ['seconds, of 503', 503, '2', 2_000],
    ['no seconds', 503, '0', 0],
    ['seconds with blanks', 429, ' 1 ', 1_000],
    ['seconds with zeros', 429, '001', 1_000],
    ['a date', 503, 'in two seconds', 1_000],
    ['a date in the past', 503, 'Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['nothing', 503, '', 450],
    ['a fraction is no form of it', 503, '1.5', 450],
    ['words are no form of it', 429, 'soon', 0],
  ]
  test.each(cases)('%s', async (_, status, header, least) => {
    const value = header === 'in two seconds' ? new Date(Date.now() + 2_500).toUTCString() : header
    const collector = await scriptedCollector([{ status, headers: value === '' ? {} : { 'retry-after': value } }])
    await outcome(collector.url, 'delivered')
    const [first = Number.NaN, second = Number.NaN] = collector.requests
    await collector.close()
    expect(second - first).toBeGreaterThanOrEqual(least - 50)
  })
})

/** One try. */
async function outcome1(answer: Scripted): Promise<{ kinds: string[]; told: ExportTold; requests: number }> {
  const collector = await scriptedCollector([answer])
  const { told } = await outcome(collector.url, 1)
  await new Promise((resolve) => setTimeout(resolve, 200))
  const requests = collector.requests.length
  await collector.close()
  return { kinds: told.map(({ kind }) => kind), told: told[0] as ExportTold, requests }
}

describe.concurrent('is final, and never sent again', () => {
  const statuses = [400, 401, 403, 404, 405, 408, 409, 410, 411, 413, 414, 415, 422, 426, 431, 500, 501, 505, 507, 511]
  test.each(statuses)('%i', async (status) => {
    const { kinds, requests, told } = await outcome1({ status })
    expect(kinds).toEqual(['rejected'])
    expect(told).toMatchObject({ why: `HTTP status ${status}`, records: RECORDS })
    expect(requests).toBe(1)
  })

  test.each([200, 201, 202, 204])('%i, as delivered', async (status) => {
    const { kinds, requests } = await outcome1({ status, body: '' })
    expect(kinds).toEqual(['delivered'])
    expect(requests).toBe(1)
  })

  const partial: readonly (readonly [string, Scripted, number, string | undefined])[] = [
    ['as JSON', json({ partialSuccess: { rejectedLogRecords: 2, errorMessage: 'too old' } }), 2, 'too old'],
    ['as JSON, the number as a text', json({ partialSuccess: { rejectedLogRecords: '3' } }), 3, undefined],
    ['of all', json({ partialSuccess: { rejectedLogRecords: RECORDS } }), RECORDS, undefined],
    ['of more than there are', json({ partialSuccess: { rejectedLogRecords: 99 } }), 99, undefined],
    [
      'of none, with a warning',
      json({ partialSuccess: { rejectedLogRecords: 0, errorMessage: 'beware' } }),
      0,
      undefined,
    ],
    ['of null', json({ partialSuccess: null }), 0, undefined],
    [
      'as protobuf',
      { headers: { 'content-type': 'application/x-protobuf' }, body: Buffer.from([10, 7, 8, 2, 18, 3, 111, 108, 100]) },
      2,
      'old',
    ],
    [
      'as damaged protobuf',
      { headers: { 'content-type': 'application/x-protobuf' }, body: Buffer.from([10, 255, 255]) },
      0,
      undefined,
    ],
    ['as what is no JSON', { body: '{"partial' }, 0, undefined],
    ['whose answer was reset in the body', { mishap: 'reset in the body' }, 0, undefined],
    ['of 200 that is larger than anyone reads', { body: `{"x":"${'x'.repeat(5_000_000)}"}` }, 0, undefined],
  ]
  test.each(partial)('partial success, %s', async (_, answer, rejected, why) => {
    const { kinds, told, requests } = await outcome1(answer)
    expect(kinds).toEqual(['delivered'])
    expect(told).toMatchObject({ rejected, ...(why && { why }) })
    expect(requests).toBe(1)
  })
})

describe.concurrent('keeps the data, try after try', () => {
  test('nobody listens', async () => {
    const collector = await scriptedCollector([])
    await collector.close()
    const { told, waiting } = await outcome(collector.url, 2)
    expect(told).toMatchObject([{ kind: 'again', why: 'ECONNREFUSED' }, { kind: 'again' }])
    expect(waiting).toBe(RECORDS)
  })

  test('a name that is not known', async () => {
    const { told, waiting } = await outcome('http://no-such-host.invalid', 2)
    expect(told).toMatchObject([{ kind: 'again' }, { kind: 'again' }])
    expect(waiting).toBe(RECORDS)
  })

  test('what answers speaks no HTTP', async () => {
    const other = await wrongProtocol()
    const { told, waiting } = await outcome(other.url, 2)
    await other.close()
    expect(told).toMatchObject([{ kind: 'again' }, { kind: 'again' }])
    expect(waiting).toBe(RECORDS)
  })

  test('a certificate that is not trusted', async () => {
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
    const args = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=localhost',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
    ]
    execFileSync('openssl', args, { stdio: 'ignore' })
    const server = createTlsServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) =>
      response.end('{}'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { told, waiting } = await outcome(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, 2)
    server.close()
    expect(told).toMatchObject([{ kind: 'again', why: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, { kind: 'again' }])
    expect(waiting).toBe(RECORDS)
  })

  test('TLS where none is spoken', async () => {
    const collector = await scriptedCollector([])
    const { told, waiting } = await outcome(collector.url.replace('http:', 'https:'), 2)
    await collector.close()
    expect(told).toMatchObject([{ kind: 'again' }, { kind: 'again' }])
    expect(waiting).toBe(RECORDS)
  })
})

test.each([JsonExporter, ProtobufExporter])('metrics are told by the exporter’s methods (%o)', (Exporter) => {
  const exporter = durable(new Exporter({ url: 'http://127.0.0.1:1/v1/metrics' }), { dir: join(dir, `box-${boxes++}`) })
  expect(exporter.name).toBe('outbox metrics')
  expect(exporter.selectAggregationTemporality).toBeTypeOf('function')
  return exporter.shutdown()
})
