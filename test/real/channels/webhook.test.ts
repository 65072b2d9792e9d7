import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { DeliveryError, webhook as hook, type WebhookOptions } from '../../../src/respond/channels/index.js'
import { webhookPayload } from '../../../src/respond/channels/webhook-payload.js'
import { virtualClock } from '../../../src/testing/virtual-clock.js'
import { aContext, anAlert, TIME } from '../../respond/channels/alerts.js'

/** To a receiver on loopback. */
const webhook = (url: string, options: WebhookOptions = {}) => hook(url, { private: true, ...options })
const open: (Server | TcpServer)[] = []

afterEach(async () => {
  for (const server of open.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  }
})

async function listening<S extends Server | TcpServer>(server: S): Promise<{ server: S; port: number }> {
  open.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

interface Received {
  readonly request: IncomingMessage
  readonly body: string
}

/** A receiver that keeps what came, then answers. */
async function receiver(answer: RequestListener): Promise<{ url: string; received: Received[]; first: Promise<void> }> {
  const received: Received[] = []
  let tell = (): void => {}
  const first = new Promise<void>((resolve) => {
    tell = resolve
  })
  const { port } = await listening(
    createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      received.push({ request, body })
      tell()
      answer(request, response)
    }),
  )
  return { url: `http://127.0.0.1:${port}/services/CANARY-path?token=CANARY-query`, received, first }
}

const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(code, headers).end('CANARY-answer')

const secretive = {
  headers: { authorization: 'Bearer CANARY-header', 'x-api-key': 'CANARY-key' },
  secret: 'CANARY-secret',
  body: () => ({ text: 'CANARY-body' }),
}

/** What a send rejects with; every error in these tests passes here, and none holds a secret. */
async function failure(sending: Promise<void>): Promise<DeliveryError> {
  const error: unknown = await sending.then(
    () => undefined,
    (reason) => reason,
  )
  expect(error).toBeInstanceOf(DeliveryError)
  const shown = inspect(error, {
    depth: Number.POSITIVE_INFINITY,
    showHidden: true,
    getters: true,
    maxStringLength: null,
  })
  expect(`${shown}${JSON.stringify(error)}${String(error)}${(error as Error).stack}`).not.toContain('CANARY')
  return error as DeliveryError
}

test('an alert arrives as a POST of the documented JSON', async () => {
  const { url, received } = await receiver(status(200))
  await webhook(url).send(anAlert(), aContext())
  const { request, body } = received[0] as Received
  expect(request.method).toBe('POST')
  expect(request.url).toBe('/services/CANARY-path?token=CANARY-query')
  expect(request.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'pi-uptime' })
  expect(JSON.parse(body)).toEqual(webhookPayload(anAlert()))
})

test('every status from 200 to 299 is told; every other is not, and says whether another try may help', async () => {
  for (const code of [200, 201, 202, 204, 299]) {
    const { url } = await receiver((_, response) => void response.writeHead(code).end())
    await webhook(url).send(anAlert(), aContext())
  }
  const retryable = {
    400: false,
    401: false,
    404: false,
    410: false,
    413: false,
    429: true,
    500: true,
    502: true,
    503: true,
    504: true,
  }
  for (const [code, again] of Object.entries(retryable)) {
    const { url } = await receiver(status(Number(code)))
    const error = await failure(webhook(url, secretive).send(anAlert(), aContext()))
    expect(error).toMatchObject({ status: Number(code), retryable: again, message: `the receiver answered ${code}` })
  }
})

test('a redirect is not followed, so headers never go to another host', async () => {
  const elsewhere = await receiver(status(200))
  for (const code of [301, 302, 303, 307, 308]) {
    const { url } = await receiver(status(code, { location: elsewhere.url }))
    const error = await failure(webhook(url, secretive).send(anAlert(), aContext()))
    expect(error).toMatchObject({ status: code, retryable: false })
    expect(error.message).toContain('redirects are not followed')
  }
  expect(elsewhere.received).toEqual([])
})

test('a receiver that hangs is given up after the timeout, and its connection is closed', async () => {
  const clock = virtualClock({ start: TIME })
  const { url, received, first } = await receiver(() => {})
  const sending = failure(webhook(url, { ...secretive, timeout: '5s' }).send(anAlert(), aContext(clock)))
  await first
  const closed = once((received[0] as Received).request.socket, 'close')
  await clock.advance('4999ms')
  expect(clock.sleepers).toBe(1)
  await clock.advance('1ms')
  expect(await sending).toMatchObject({ retryable: true, message: 'no answer within 5 s' })
  await closed
  expect(clock.sleepers).toBe(0)
})

test('a call that is ended from outside ends at once, also one that was ended before it began', async () => {
  const { url, first } = await receiver(() => {})
  const abort = new AbortController()
  const clock = virtualClock()
  const sending = failure(webhook(url, secretive).send(anAlert(), aContext(clock, abort.signal)))
  await first
  abort.abort(new Error('CANARY-reason'))
  expect(await sending).toMatchObject({ retryable: true, message: 'given up: the call was ended' })
  await failure(webhook(url, secretive).send(anAlert(), aContext(clock, AbortSignal.abort('CANARY-reason'))))
  await clock.advance(0)
  expect(clock.sleepers).toBe(0)
})

test('a receiver that is not there, resets, or speaks no HTTP is a connection that failed', async () => {
  const { server, port } = await listening(createTcpServer())
  server.close()
  const absent = await failure(webhook(`http://127.0.0.1:${port}/CANARY`, secretive).send(anAlert(), aContext()))
  expect(absent).toMatchObject({ retryable: true, code: 'ECONNREFUSED', message: 'no connection (ECONNREFUSED)' })

  const resetting = await listening(createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())))
  const reset = await failure(
    webhook(`http://127.0.0.1:${resetting.port}/CANARY`, secretive).send(anAlert(), aContext()),
  )
  expect(reset).toMatchObject({ retryable: true, code: expect.stringMatching(/ECONNRESET/) })

  const echo = await listening(createTcpServer((socket) => socket.once('data', (data) => socket.end(data))))
  const nonsense = await failure(webhook(`http://127.0.0.1:${echo.port}/CANARY`, secretive).send(anAlert(), aContext()))
  expect(nonsense.retryable).toBe(true)
})

test('a receiver that closes half-way through its headers is a connection that failed', async () => {
  const { port } = await listening(
    createTcpServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nx-ha'))),
  )
  const error = await failure(webhook(`http://127.0.0.1:${port}/`, secretive).send(anAlert(), aContext()))
  expect(error.retryable).toBe(true)
})

test('an answer without end is not read: told is told, and the connection is closed', async () => {
  for (const code of [200, 500]) {
    let sent = 0
    let closed = Promise.resolve()
    const { url } = await receiver((request, response) => {
      closed = new Promise((resolve) => request.socket.once('close', () => resolve()))
      response.writeHead(code)
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536
      }
      response.on('drain', more)
      more()
    })
    const sending = webhook(url, secretive).send(anAlert(), aContext())
    if (code === 200) await sending
    else expect(await failure(sending)).toMatchObject({ status: 500 })
    await closed
    expect(sent).toBeLessThan(5e7)
  }
})

test('the signature is right for the bytes that arrive, and a second try is the same message', async () => {
  const { url, received } = await receiver(status(500))
  const channel = webhook(url, { secret: 'CANARY-secret' })
  await failure(channel.send(anAlert(), aContext()))
  const later = virtualClock({ start: TIME + 61_000 })
  await failure(channel.send(anAlert({}, { time: TIME + 60_000 }), aContext(later)))
  await failure(channel.send(anAlert({}, { reason: 'resolved' }), aContext(later)))
  for (const { request, body } of received) {
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = request.headers
    const expected = createHmac('sha256', 'CANARY-secret').update(`${id}.${time}.${body}`).digest('base64')
    expect(signature).toBe(`v1,${expected}`)
  }
  const [first, second, third] = received.map(({ request }) => request.headers)
  expect(first?.['webhook-timestamp']).toBe(`${TIME / 1000}`)
  expect(second?.['webhook-timestamp']).toBe(`${TIME / 1000 + 61}`)
  expect(second?.['webhook-id']).toBe(first?.['webhook-id'])
  expect(third?.['webhook-id']).not.toBe(first?.['webhook-id'])
})

test('without a secret nothing is signed', async () => {
  const { url, received } = await receiver(status(204))
  await webhook(url).send(anAlert(), aContext())
  expect(received[0]?.request.headers).not.toHaveProperty('webhook-signature')
  expect(received[0]?.request.headers['webhook-id']).toMatch(/^msg-/)
})

test('own headers and an own body are sent as they are', async () => {
  const { url, received } = await receiver(status(204))
  const options = { headers: { 'Content-Type': 'text/plain', 'X-Api-Key': 'k' }, body: () => 'just text' }
  await webhook(url, options).send(anAlert(), aContext())
  await webhook(url, { body: ({ summary }) => ({ text: summary }) }).send(anAlert(), aContext())
  expect(received[0]?.body).toBe('just text')
  expect(received[0]?.request.headers).toMatchObject({ 'content-type': 'text/plain', 'x-api-key': 'k' })
  expect(JSON.parse(received[1]?.body ?? '')).toEqual({ text: anAlert().summary })
})

test('a user name and password in the address become basic authorization', async () => {
  const { url, received } = await receiver(status(204))
  const address = url.replace('http://', 'http://us%40er:pass%3Aword@')
  await webhook(address).send(anAlert(), aContext())
  await webhook(address, { headers: { authorization: 'Bearer mine' } }).send(anAlert(), aContext())
  const sent = received.map(({ request }) => request.headers.authorization)
  expect(sent).toEqual([`Basic ${Buffer.from('us@er:pass:word').toString('base64')}`, 'Bearer mine'])
})

test('a body that cannot be made is refused before anything is sent, without what it threw', async () => {
  const { url, received } = await receiver(status(200))
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const bodies = [
    () => {
      throw new Error('CANARY-thrown')
    },
    () => circle,
    () => 1n,
    () => undefined,
    () => 'x'.repeat(4_000_001),
  ]
  for (const body of bodies) {
    expect(await failure(webhook(url, { body }).send(anAlert(), aContext()))).toMatchObject({ retryable: false })
  }
  expect(received).toEqual([])
})

test('a thousand sends leave no listener on the abort signal and no sleeper', async () => {
  const { url } = await receiver(status(204))
  const abort = new AbortController()
  const added = vi.spyOn(abort.signal, 'addEventListener')
  const removed = vi.spyOn(abort.signal, 'removeEventListener')
  const clock = virtualClock()
  const channel = webhook(url)
  for (let i = 0; i < 1_000; i++) await channel.send(anAlert(), aContext(clock, abort.signal))
  await clock.advance(0)
  expect(added).toHaveBeenCalledTimes(1_000)
  expect(removed.mock.calls).toEqual(added.mock.calls)
  expect(clock.sleepers).toBe(0)
})
