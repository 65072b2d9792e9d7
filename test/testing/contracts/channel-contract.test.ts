import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import type { Alert, Channel, Context } from '../../../src/model/index.js'
import { consoleChannel, webhook } from '../../../src/respond/channels/index.js'
import { type ChannelContractOptions, channelContract } from '../../../src/testing/contracts/index.js'
import { recorder } from '../../../src/testing/recorder.js'
import { everyLawCatches, verdict } from './verdict.js'

const TOKEN = 'swordfish-4711'
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.closeAllConnections()
})

/** A real receiver on loopback: `status` 0 never answers. */
async function receiver(status: number): Promise<{ url: string; count: () => number }> {
  let count = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      count++
      if (status > 0) response.writeHead(status).end(TOKEN)
    })
  })
  servers.push(server)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  server.unref()
  return {
    url: `http://user:${TOKEN}@127.0.0.1:${(server.address() as AddressInfo).port}/${TOKEN}`,
    count: () => count,
  }
}

const [up, down, mute] = await Promise.all([receiver(204), receiver(500), receiver(0)])

describe('the webhook keeps the contract of channels, on real receivers', () => {
  const laws = channelContract({
    works: () => webhook(up.url, { private: true, secret: `${TOKEN}-0123456789abcdef` }),
    refused: () => webhook(down.url, { private: true, headers: { authorization: `Bearer ${TOKEN}` } }),
    hangs: () => webhook(mute.url, { private: true }),
    received: up.count,
    secrets: [TOKEN],
  })
  for (const law of laws) test(law.name, () => law.run())
})

describe('the recorder keeps the contract of channels', () => {
  const kept = recorder()
  const refused = () => {
    const channel = recorder()
    channel.fail(1)
    return channel
  }
  for (const law of channelContract({ works: () => kept, refused, received: () => kept.alerts.length })) {
    test(law.name, () => law.run())
  }
})

test('a channel that cannot hang is not asked to', () => {
  const names = (options: ChannelContractOptions) => channelContract(options).map(({ name }) => name)
  const works = () => consoleChannel()
  expect(names({ works, refused: works })).toHaveLength(7)
  expect(names({ works, refused: works, hangs: works })).toHaveLength(8)
})

/** A small lawful channel, to be spoiled in one way at a time. */
const box: Alert[] = []
type Way = 'works' | 'refused' | 'hangs'
const make = (way: Way, spoiled: Partial<Channel> = {}): Channel => ({
  name: 'box',
  async send(alert, { abort }) {
    if (way === 'hangs') {
      if (!abort.aborted)
        await new Promise<void>((resolve) => abort.addEventListener('abort', () => resolve(), { once: true }))
      throw new Error('aborted')
    }
    if (way === 'refused') throw new Error('refused')
    box.push(alert)
  },
  ...spoiled,
})
const laws = (spoil: (way: Way) => Partial<Channel> = () => ({})) =>
  channelContract({
    works: () => make('works', spoil('works')),
    refused: () => make('refused', spoil('refused')),
    hangs: () => make('hangs', spoil('hangs')),
    received: () => box.length,
    secrets: [TOKEN],
    patience: '200ms',
  })
const forever = () => new Promise<never>(() => {})
const send = (run: (alert: Alert, context: Context) => Promise<void>) => laws(() => ({ send: run }))

describe('channelContract', () => {
  test('a lawful channel keeps every law', async () => expect(await verdict(laws())).toEqual(new Map()))

  everyLawCatches(laws(), {
    'it has a name': laws(() => ({ name: '' })),
    'an alert of every reason arrives, once, and is not changed': send(async (alert) => {
      if (alert.reason !== 'reminder') box.push(alert)
    }),
    'two alerts at once both arrive': laws(oneAtATime),
    'text with line breaks, control characters and ten thousand letters ends the sending, one way or the other': send(
      (alert) => (alert.summary.includes('\n') ? forever() : Promise.resolve()),
    ),
    'when the receiver refuses, it rejects': send(async () => {}),
    'neither its name nor an error shows a secret': send(async () => {
      throw new Error('no route', { cause: Object.assign(new Error('refused'), { options: { url: `/${TOKEN}` } }) })
    }),
    'a context that was aborted before does not make it hang': laws((way) =>
      way === 'hangs'
        ? { send: (_, { abort }) => (abort.aborted ? forever() : Promise.reject(new Error('aborted'))) }
        : {},
    ),
    'when the receiver hangs, it rejects soon after its abort fires': laws((way) =>
      way === 'hangs' ? { send: async (_, { abort }) => void (abort.aborted ? 0 : await forever()) } : {},
    ),
  })

  const everyReason = 'an alert of every reason arrives, once, and is not changed'
  const culprits: Readonly<Record<string, Channel['send']>> = {
    'one that changes the alert': async (alert) => {
      box.push(Object.assign(alert, { summary: 'mine' }))
    },
    'one that sends twice': async (alert) => void box.push(alert, alert),
    'one that throws before it returns a promise': () => {
      throw new Error('at once')
    },
  }
  for (const [name, spoiled] of Object.entries(culprits)) {
    test(`caught: ${name}`, async () => expect([...(await verdict(send(spoiled))).keys()]).toContain(everyReason))
  }

  test('caught: a secret that is passed to context.fault', async () => {
    const leaky = laws(() => ({ send: async (_, context) => context.fault(new Error(`bad token ${TOKEN}`)) }))
    expect((await verdict(leaky)).get('neither its name nor an error shows a secret')).toBe('an error shows a secret')
  })

  test('a law that is broken by a secret does not show it either', async () => {
    const leaky = send(async () => {
      throw new Error(TOKEN)
    })
    expect((await verdict(leaky)).get('neither its name nor an error shows a secret')).not.toContain(TOKEN)
  })
})

function oneAtATime(): Partial<Channel> {
  let busy = false
  return {
    async send(alert) {
      if (busy) return
      busy = true
      await Promise.resolve()
      box.push(alert)
      busy = false
    },
  }
}
