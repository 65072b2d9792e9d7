import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../../src/edge/system-clock.js'
import { ConfigError, type Context, type Incident, messageOf } from '../../../src/model/index.js'
import { heartbeat } from '../../../src/observe/index.js'
import type { ReachOptions } from '../../../src/observe/outgoing/reach.js'
import { alertmanager, webhook } from '../../../src/respond/channels/index.js'
import { http } from '../../../src/respond/steps/index.js'
import { LOOPBACK, NEVER, PRIVATE } from '../../observe/outgoing/spellings.js'
import { aContext, anAlert } from '../../respond/channels/alerts.js'

let server: Server
let port: number
let connections = 0
beforeAll(async () => {
  server = createServer((_, response) => void response.writeHead(204).end())
  server.on('connection', () => connections++)
  await once(server.listen(0, '::'), 'listening') // both families, all addresses of this machine
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())
beforeEach(() => {
  connections = 0
})

type Caller = (url: string, reach: ReachOptions) => Promise<unknown>
const context = (): Context => ({ ...aContext(systemClock()), fault: () => undefined })

/** What calls an address that somebody else may have written; each rejects or throws when it could not. */
const CALLERS: Record<string, Caller> = {
  webhook: async (url, reach) => webhook(url, { timeout: '2s', ...reach }).send(anAlert(), context()),
  'alertmanager, kept outside': async (url, reach) =>
    alertmanager(url, { timeout: '2s', private: false, ...reach }).send(anAlert(), context()),
  'http step': async (url, reach) => http(url, { timeout: '2s', ...reach }).apply({} as Incident, context()),
  heartbeat: async (url, reach) => {
    const life = new AbortController()
    const failed: unknown[] = []
    const fault = (error: unknown): void => void failed.push(error)
    const source = heartbeat({ to: url, timeout: '2s', ...reach })
    const running = source.start(() => undefined, { ...context(), abort: life.signal, fault })
    await vi.waitFor(() => expect(connections + failed.length).toBeGreaterThan(0), 4_000)
    life.abort()
    await running
    if (failed.length > 0) throw failed[0]
  },
}

const outcome = (calling: Promise<unknown>): Promise<unknown> =>
  calling.then(
    () => 'called',
    (error: unknown) => error,
  )

describe.each(Object.keys(CALLERS))('%s', (name) => {
  const call = CALLERS[name] as Caller

  test.each(LOOPBACK)('does not reach this machine by %s, but with `private`', async (host) => {
    const refusal = await outcome(call(`http://${host}:${port}/`, {}))
    expect(refusal).not.toBe('called')
    expect(connections).toBe(0)
    const inside = await outcome(call(`http://${host}:${port}/`, { private: true }))
    // a spelling that no resolver knows leads nowhere, and one of NAT64 only where there is NAT64
    if (inside === 'called') expect(messageOf(refusal)).toMatch(/public address|must not be called/)
  })

  test.each([...PRIVATE, ...NEVER])('is not sent to %s', async (host) => {
    const refusal = await outcome(call(`http://${host}:${port}/`, {}))
    expect(messageOf(refusal)).toMatch(
      /public address|must not be called|no connection \(E(NOTFOUND|AI_AGAIN)|ENOTFOUND|EAI_AGAIN/,
    )
    expect(connections).toBe(0)
  })

  test.each(NEVER)('is not sent to %s, with `private` neither', async (host) => {
    const refusal = await outcome(call(`http://${host}:${port}/`, { private: true }))
    expect(refusal).not.toBe('called')
    expect(connections).toBe(0)
  })

  test('a name is judged by what it leads to when it is called, each time anew', async () => {
    const dns = process.getBuiltinModule('node:dns')
    const answers = ['127.0.0.1', '::1', '169.254.169.254', '10.0.0.1', '::ffff:127.0.0.1']
    const rebinding = vi.spyOn(dns, 'lookup')
    for (const address of answers) {
      rebinding.mockImplementation(((_: string, __: object, done: (...found: unknown[]) => void) =>
        done(null, [{ address, family: address.includes(':') ? 6 : 4 }])) as never)
      const refusal = await outcome(call(`http://hooks.example:${port}/`, {}))
      expect(refusal).not.toBeInstanceOf(ConfigError)
      expect(messageOf(refusal)).toMatch(/must not be called|private address|no public address/)
    }
    expect(connections).toBe(0)
    expect(rebinding).toHaveBeenCalled()
    rebinding.mockImplementation(((_: string, __: object, done: (...found: unknown[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }])) as never)
    expect(await outcome(call(`http://hooks.example:${port}/`, { private: true }))).toBe('called')
    rebinding.mockRestore()
  })
})
