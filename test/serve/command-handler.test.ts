import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { commandHandler } from '../../src/serve/index.js'
import { virtualClock } from '../../src/testing/index.js'
import { type Device, device, signed } from '../edge/commands/device.js'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** A device that takes commands on loopback. */
async function served(options: Parameters<typeof commandHandler>[1] = {}, parse?: (req: IncomingMessage) => void) {
  const pi: Device = await device({
    actions: { restart: () => 'restarted', fail: () => Promise.reject(new Error('no pump')) },
  })
  const take = commandHandler({ name: 'commands', start: () => undefined, take: pi.take }, options)
  const server = createServer((req, res) => {
    parse?.(req)
    take(req, res, () => res.writeHead(299).end('the app'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(
    pi.stop,
    () => server.close(),
    () => server.closeAllConnections(),
  )
  const { port } = server.address() as AddressInfo
  const post = async (body: string, path = '/commands'): Promise<[number, unknown]> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body })
    const text = await answer.text()
    return [answer.status, text.startsWith('{') ? JSON.parse(text) : text]
  }
  return { pi, port, post }
}

test('a command is posted, and its answer says what became of it', async () => {
  const { pi, post } = await served()
  const token = signed(pi)
  expect(await post(token)).toEqual([200, { id: expect.any(String), outcome: 'done', text: 'restarted' }])
  expect(await post(token)).toEqual([403, { id: expect.any(String), outcome: 'refused', text: 'it was taken before' }])
  expect(await post(signed(pi, { action: 'fail' }))).toMatchObject([500, { outcome: 'failed', text: 'no pump' }])
  expect(await post('')).toEqual([403, { outcome: 'refused', text: 'refused' }])
  expect(await post('A'.repeat(100_000))).toEqual([403, { outcome: 'refused', text: 'refused' }])
})

test('a body that a framework has read already is taken as it is', async () => {
  const { pi, post } = await served({}, (req) => Object.assign(req, { body: signed(pi) }))
  expect(await post('')).toMatchObject([200, { outcome: 'done' }])
})

test('only a POST to its path is taken; the rest is for the app', async () => {
  const { pi, post, port } = await served({ path: '/ops/commands' })
  expect(await post(signed(pi))).toEqual([299, 'the app'])
  expect(await post(signed(pi), '/ops/commands?x=1')).toMatchObject([200, {}])
  const got = await fetch(`http://127.0.0.1:${port}/ops/commands`)
  expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
})

test('a body that never ends is refused after ten seconds', async () => {
  const clock = virtualClock()
  const { port } = await served({ clock })
  const socket = connect(port, '127.0.0.1')
  ends.push(() => socket.destroy())
  const answer = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(bytes.toString())))
  socket.write('POST /commands HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc')
  while (clock.sleepers === 0) await new Promise(setImmediate)
  await clock.advance(10_000)
  expect(await answer).toMatch(/^HTTP\/1.1 403 /)
})

test('options that are none are refused at once', () => {
  expect(() => commandHandler({} as never)).toThrow('commandHandler.commands.take must be')
  expect(() => commandHandler({ take: async () => ({}) } as never, { path: 'x' })).toThrow(
    'commandHandler.path must be',
  )
})
