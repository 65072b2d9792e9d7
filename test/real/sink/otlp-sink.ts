import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { eventsOf, type LogEvent, type Point, pointsOf } from './otlp-data.js'
import { logsRequest, metricsRequest } from './otlp-messages.js'
import { readMessage } from './protobuf-reader.js'

export type { LogEvent, Plain, Point, Value } from './otlp-data.js'

/** One request that was accepted. */
export interface Batch {
  readonly path: '/v1/metrics' | '/v1/logs'
  readonly format: 'json' | 'protobuf'
  readonly gzip: boolean
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly points: readonly Point[]
  readonly events: readonly LogEvent[]
}

/** What a request is answered with: `'ok'`, nothing at all, or an HTTP status. */
export type Answer = 'ok' | 'hang' | number

/** An OTLP receiver on loopback. */
export interface OtlpSink {
  /** The base URL, for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string
  /** Requests that came, accepted or not. */
  readonly requests: number
  /** Those accepted, in order. */
  readonly batches: readonly Batch[]
  /** The data points that arrived, of one metric or of all. */
  points(name?: string): readonly Point[]
  /** The log events that arrived, of one name or of all. */
  events(name?: string): readonly LogEvent[]
  /** How further requests are answered. */
  answer(how: Answer): void
  /** Resolves as soon as `condition` holds after a request; rejects when that takes too long. */
  until(condition: (sink: OtlpSink) => boolean, deadline?: number): Promise<void>
  /** Forgets what has arrived. */
  clear(): void
  close(): Promise<void>
}

/**
 * Starts an OTLP/HTTP receiver on a free loopback port: metrics and logs, JSON and protobuf, with gzip or without.
 * What cannot be decoded is answered with 400, as a real receiver does.
 *
 * @example
 * const sink = await otlpSink()
 * const otel = await telemetry({ service: 'shop', endpoint: sink.url })
 * await sink.until((it) => it.points('queue.depth').length > 0)
 */
export async function otlpSink(): Promise<OtlpSink> {
  const sink = new Sink()
  await sink.listen()
  return sink
}

class Sink implements OtlpSink {
  url = ''
  requests = 0
  batches: Batch[] = []
  #answer: Answer = 'ok'
  readonly #waiting = new Set<() => void>()
  readonly #server = createServer((request, response) => void this.#take(request, response))

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () => {
        this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
        resolve()
      })
    })
  }

  points(name?: string): readonly Point[] {
    const all = this.batches.flatMap((batch) => batch.points)
    return name === undefined ? all : all.filter((point) => point.name === name)
  }

  events(name?: string): readonly LogEvent[] {
    const all = this.batches.flatMap((batch) => batch.events)
    return name === undefined ? all : all.filter((event) => event.name === name)
  }

  answer(how: Answer): void {
    this.#answer = how
  }

  until(condition: (sink: OtlpSink) => boolean, deadline = 10_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!condition(this)) return
        end()
        resolve()
      }
      const timer = setTimeout(() => {
        end()
        reject(new Error(`the sink has waited ${deadline} ms in vain; ${this.requests} requests came`))
      }, deadline)
      const end = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(look)
      }
      this.#waiting.add(look)
      look()
    })
  }

  clear(): void {
    this.batches = []
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++
    try {
      const body = await bodyOf(request)
      if (this.#answer === 'ok') this.batches.push(batchOf(request, body))
      if (this.#answer === 'hang') return
      const status = this.#answer === 'ok' ? 200 : this.#answer
      const protobuf = isProtobuf(request)
      // an empty response message means that everything was accepted
      response.writeHead(status, { 'content-type': protobuf ? 'application/x-protobuf' : 'application/json' })
      response.end(protobuf ? '' : '{}')
    } catch (error) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(String(error))
    } finally {
      for (const look of [...this.#waiting]) look()
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  return isGzip(request) ? gunzipSync(body) : body
}

function batchOf(request: IncomingMessage, body: Buffer): Batch {
  const { url: path, headers } = request
  if (path !== '/v1/metrics' && path !== '/v1/logs') throw new Error(`no such path: ${path}`)
  const protobuf = isProtobuf(request)
  const message = path === '/v1/metrics' ? metricsRequest : logsRequest
  const data = protobuf ? readMessage(body, message) : JSON.parse(body.toString('utf8'))
  return {
    path,
    format: protobuf ? 'protobuf' : 'json',
    gzip: isGzip(request),
    headers,
    points: pointsOf(data),
    events: eventsOf(data),
  }
}

function isProtobuf(request: IncomingMessage): boolean {
  return request.headers['content-type'] === 'application/x-protobuf'
}

function isGzip(request: IncomingMessage): boolean {
  return request.headers['content-encoding'] === 'gzip'
}
