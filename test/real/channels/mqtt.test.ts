import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type CommandAnswer, commands, signCommand } from '../../../src/edge/index.js'
import { systemClock } from '../../../src/edge/system-clock.js'
import type { Channel, Context, Source } from '../../../src/model/index.js'
import { createMonitor } from '../../../src/monitor/monitor.js'
import { type MqttStatus, mqtt } from '../../../src/respond/channels/index.js'
import { aContext, anAlert } from '../../respond/channels/alerts.js'
import { freePort } from '../parts/free-port.js'

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const HAS = spawnSync('mosquitto', ['-h'], { stdio: 'ignore' }).error === undefined
const DEVICE = new URL('mqtt-device.ts', import.meta.url).pathname

let dir: string
let port: number
let broker: ChildProcess | undefined
let client: MqttClient
/** What has come, by topic, in order; `retained` of what a new listener finds. */
const heard: { topic: string; text: string; retain: boolean }[] = []

async function startBroker(): Promise<void> {
  broker = spawn('mosquitto', ['-c', join(dir, 'mosquitto.conf')], { stdio: 'ignore' })
  await vi.waitFor(() => {
    if (spawnSync('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`], { stdio: 'ignore' }).status !== 0)
      throw new Error('not up')
  }, 10_000)
}

beforeAll(async () => {
  if (!HAS) return
  dir = await mkdtemp(join(tmpdir(), 'mqtt-'))
  port = await freePort()
  await writeFile(join(dir, 'mosquitto.conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`)
  await startBroker()
  client = connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 200 })
  client.on('message', (topic, message, { retain }) => heard.push({ topic, text: message.toString(), retain }))
  await client.subscribeAsync('fleet/#', { qos: 1 })
})
afterAll(async () => {
  await client?.endAsync(true)
  broker?.kill()
  if (dir) await rm(dir, { recursive: true, force: true })
})
beforeEach(({ skip }) => {
  skip(!HAS, 'mosquitto is not installed')
  heard.length = 0
})

const states = (topic: string): string[] =>
  heard.filter((one) => one.topic === `${topic}/status`).map(({ text }) => (JSON.parse(text) as MqttStatus).state)

/** What somebody finds who listens only now. */
async function retained(topic: string): Promise<Record<string, string>> {
  const late = connect(`mqtt://127.0.0.1:${port}`)
  const found: Record<string, string> = {}
  late.on('message', (name, message) => {
    found[name] = message.toString()
  })
  await late.subscribeAsync(`${topic}/#`, { qos: 1 })
  await new Promise((resolve) => setTimeout(resolve, 200))
  await late.endAsync()
  return found
}

/** Runs the source of a channel until `stop` is called. */
function started(channel: Channel & Source): { context: Context; stop(): Promise<void> } {
  const abort = new AbortController()
  const faults: unknown[] = []
  const context = { ...aContext(systemClock(), abort.signal), fault: (error: unknown) => void faults.push(error) }
  const life = Promise.resolve(channel.start(() => {}, context))
  return {
    context,
    async stop() {
      abort.abort()
      await life
    },
  }
}

test('a device says that it is up, its incident is retained while it is open, and the end is said aloud', async () => {
  const channel = mqtt(`mqtt://127.0.0.1:${port}`, { topic: 'fleet/one' })
  const { context, stop } = started(channel)
  await vi.waitFor(() => expect(states('fleet/one')).toEqual(['up']), 5_000)
  await channel.send(anAlert(), context)
  const open = await retained('fleet/one')
  expect(JSON.parse(open['fleet/one/incidents/i-1'] ?? '')).toMatchObject({ reason: 'opened', service: 'checkout' })
  expect(JSON.parse(open['fleet/one/status'] ?? '')).toMatchObject({ state: 'up', service: 'checkout' })

  await channel.send(anAlert({ state: 'closed' }, { reason: 'resolved' }), context)
  await vi.waitFor(() => {
    const texts = heard
      .filter(({ topic }) => topic === 'fleet/one/incidents/i-1')
      .map(({ text }) => text && JSON.parse(text).reason)
    expect(texts).toEqual(['opened', 'resolved', ''])
  }, 5_000)
  expect(Object.keys(await retained('fleet/one'))).toEqual(['fleet/one/status'])
  await stop()
  await vi.waitFor(() => expect(states('fleet/one')).toEqual(['up', 'stopped']), 5_000)
  expect(JSON.parse((await retained('fleet/one'))['fleet/one/status'] ?? '')).toMatchObject({ state: 'stopped' })
})

test('a device that is killed is told to be lost by the broker; one that is stopped is not', async () => {
  const device = (topic: string): ChildProcess =>
    spawn(process.execPath, ['--import', 'tsx', DEVICE, `${port}`, topic], { stdio: ['ignore', 'ignore', 'inherit'] })
  const killed = device('fleet/killed')
  const stopped = device('fleet/stopped')
  await vi.waitFor(() => expect([states('fleet/killed'), states('fleet/stopped')]).toEqual([['up'], ['up']]), 20_000)
  killed.kill('SIGKILL')
  await vi.waitFor(() => expect(states('fleet/killed')).toEqual(['up', 'lost']), 5_000)
  stopped.kill('SIGTERM')
  await once(stopped, 'close')
  await vi.waitFor(() => expect(states('fleet/stopped')).toEqual(['up', 'stopped']), 5_000)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(states('fleet/stopped')).toEqual(['up', 'stopped'])
})

test('without a broker an alert is refused at once, to be tried again; when it is back the device says so', async () => {
  const channel = mqtt(`mqtt://user:hunter2@127.0.0.1:${port}`, { topic: 'fleet/three' })
  const { context, stop } = started(channel)
  await vi.waitFor(() => expect(states('fleet/three')).toEqual(['up']), 5_000)
  const over = once(broker as ChildProcess, 'close')
  broker?.kill('SIGKILL')
  await over
  const refusal = await vi.waitFor(async () => {
    const error = await channel.send(anAlert(), context).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ name: 'DeliveryError', retryable: true })
    return error
  }, 5_000)
  expect(String(refusal)).not.toContain('hunter2')
  await startBroker()
  await vi.waitFor(() => expect(states('fleet/three')).toEqual(['up', 'up']), 20_000)
  await stop()
})

test('a signed command comes over the broker, is answered there, and is done once, over a broker that restarts too', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const done: string[] = []
  const channel = mqtt(`mqtt://127.0.0.1:${port}`, { topic: 'fleet/four' })
  const remote = commands({
    device: 'pi-4',
    keys: { ops: publicKey },
    actions: { restart: ({ argument }) => `restarted ${argument} ${done.push(argument)}` },
    over: channel,
  })
  const monitor = createMonitor({ service: 'shop', observe: [channel, remote], telemetry: false })
  await monitor.start()
  const answers = (): CommandAnswer[] =>
    heard.filter(({ topic }) => topic === 'fleet/four/commands/answers').map(({ text }) => JSON.parse(text))
  const send = async (message: string): Promise<CommandAnswer | undefined> => {
    const before = answers().length
    await client.publishAsync('fleet/four/commands', message, { qos: 1 })
    return vi.waitFor(() => {
      expect(answers().length).toBe(before + 1)
      return answers().at(-1)
    }, 5_000)
  }
  const signed = (argument: string, key = privateKey): string =>
    signCommand({ key, keyId: 'ops', device: 'pi-4', action: 'restart', argument })
  await vi.waitFor(() => expect(states('fleet/four')).toEqual(['up']), 5_000)
  await sleep(200) // it says that it is up, and subscribes
  const token = signed('pump')
  expect(await send(token)).toMatchObject({ outcome: 'done', text: 'restarted pump 1' })
  expect(await send(token)).toMatchObject({ outcome: 'refused', text: 'it was taken before' })
  expect(await send(signed('fan', generateKeyPairSync('ed25519').privateKey))).toEqual({
    outcome: 'refused',
    text: 'refused',
  })
  expect(await send(token.slice(0, -1))).toEqual({ outcome: 'refused', text: 'refused' })
  const over = once(broker as ChildProcess, 'close')
  broker?.kill('SIGKILL')
  await over
  await startBroker()
  await vi.waitFor(() => expect(states('fleet/four')).toEqual(['up', 'up']), 20_000)
  await vi.waitFor(() => expect(client.connected).toBe(true), 5_000)
  await sleep(300)
  expect(await send(signed('lamp'))).toMatchObject({ outcome: 'done', text: 'restarted lamp 2' })
  await monitor.stop()
  expect(done).toEqual(['pump', 'lamp'])
})

test.each([
  ['http://x', { topic: 'a' }, 'mqtt.url must be'],
  ['mqtt://x', { topic: 'a/#' }, 'mqtt.topic must be'],
  ['mqtt://x', { topic: '/a' }, 'mqtt.topic must be'],
  ['mqtt://x', { topic: 'a', keepalive: '1s' }, 'mqtt.keepalive must be'],
])('%s with %j is refused', (url, options, message) => {
  expect(() => mqtt(url, options as never)).toThrow(message)
})
