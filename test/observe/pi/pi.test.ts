import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../../src/edge/index.js'
import { ConfigError, type Finding, type Store } from '../../../src/model/index.js'
import { pi, piResource } from '../../../src/observe/index.js'
import { Firmware } from '../../../src/observe/pi/firmware.js'
import { type PiPlan, runPi } from '../../../src/observe/pi/run.js'
import { type VirtualClock, virtualClock } from '../../../src/testing/virtual-clock.js'
import { hardware } from '../../../src/watch/hardware.js'
import { type Probe, probe } from '../probe.js'
import { grow, plant, type Tree } from '../trees.js'
import { type BoardName, board, boardNames, TROUBLES } from './boards.js'

const RAILS =
  '     VDD_CORE_A current(7)=1.50000000A\n     VDD_CORE_V volt(15)=0.90000000V\n       EXT5V_V volt(24)=5.10000000V\n'

/** A vcgencmd that answers with these bits. */
const answers = (bits: number) => async (what: string) =>
  what === 'get_throttled' ? `throttled=0x${bits.toString(16)}\n` : RAILS

function started(
  root: string,
  plan: Partial<PiPlan> = {},
  clock = virtualClock(),
  store: Store = memoryStore(),
): Probe {
  const start = { every: 10_000, root, rewrites: 300, ...plan }
  return probe({ name: 'pi', start: (emit, context) => runPi(start, emit, context) }, clock, store)
}

/** Lets so many passes go by. */
async function passes(run: Probe, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await run.asleep()
    await run.clock.advance('10s')
  }
  await run.asleep()
}

async function ended(run: Probe): Promise<Probe> {
  run.stop()
  await run.ended
  return run
}

const watcher = hardware()
await watcher.load?.()

/** What `hardware()` finds in what was observed. */
function found({ emitted }: Probe): readonly Finding[] {
  const states = new Map<object, ReturnType<typeof watcher.start>>()
  return emitted.flatMap(({ signal, value, time }) => {
    if (!watcher.matches(signal)) return []
    const state = states.get(signal) ?? watcher.start()
    states.set(signal, state)
    return watcher.push(state, value, time, signal)
  })
}

describe.each(boardNames)('a %s', (name) => {
  test('that is well gives no finding and no fault', async () => {
    const run = started(plant(board(name)), { ask: answers(0) })
    await passes(run, 12)
    await ended(run)
    expect(found(run)).toEqual([])
    expect(run.faults).toEqual([])
    expect(run.value('hw.temperature', 'cpu-thermal')).toBe(51.54)
    expect(run.value('hw.temperature.limit', 'cpu-thermal', 'high.critical')).toBe(110)
    expect(run.value('pi_uptime.pi.wifi.signal', 'wlan0')).toBe(-54)
    expect(run.value('pi_uptime.pi.watchdog.active', 'systemd')).toBe(1)
    expect(run.value('system.cpu.frequency', 3)).toBeGreaterThanOrEqual(1e9)
    expect(run.value('pi_uptime.pi.storage.written', 'mmcblk0')).toBe(160_000 * 512)
  })

  const troubles = Object.entries(TROUBLES).filter(([, { only }]) => only === undefined || only === name)
  test.each(troubles)('with %s is told of, with an advice', async (_, { shows, bits = 0, says }) => {
    const run = started(plant({ ...board(name), ...shows }), { ask: answers(bits) })
    await passes(run, 12)
    await ended(run)
    expect(found(run).map(({ summary }) => summary)).toContainEqual(expect.stringMatching(says))
    expect(run.faults).toEqual([])
  })
})

test.each<[BoardName, string]>([
  ['Pi 4', '5 V 3 A'],
  ['Pi 5', '5 V 5 A'],
  ['Zero 2 W', '5 V 2.5 A'],
  ['CM4', '5 V 3 A'],
])('a %s wants a supply of %s', async (name, supply) => {
  const run = started(plant({ ...board(name), ...TROUBLES['under-voltage']?.shows }))
  await passes(run, 1)
  const [finding] = found(await ended(run)).filter(({ severity }) => severity === 'critical')
  expect(finding?.summary).toBe(
    `under-voltage since 00:00 UTC: use a ${supply} supply and a short, thick cable; the board may reboot and damage its card`,
  )
})

const garbage = (tree: Tree): Tree =>
  Object.fromEntries(Object.keys(tree).map((path) => [path, '\xff\xfe not-a-number\n\0']))

test.each(boardNames)('a %s whose files are garbage gives no finding and no fault', async (name) => {
  const { 'proc/cpuinfo': cpuinfo, ...rest } = board(name)
  const run = started(plant({ ...garbage(rest), 'proc/cpuinfo': cpuinfo }), { ask: async () => 'garbage' })
  await passes(run, 12)
  await ended(run)
  expect(found(run)).toEqual([])
  expect(run.emitted.every(({ value }) => Number.isFinite(value))).toBe(true)
  expect(run.faults).toEqual(['vcgencmd: its answer is not understood; looking at /sys instead'])
})

test('a vcgencmd that hangs costs its own signals and nothing else', async () => {
  const run = started(plant(board('Pi 5')), { ask: () => new Promise(() => undefined) })
  await passes(run, 60)
  await ended(run)
  expect(run.emitted.filter(({ name, value }) => name === 'hw.temperature' && value === 51.54)).toHaveLength(61)
  expect(run.value('pi_uptime.pi.throttling', 'throttled')).toBeUndefined()
})

test('a vcgencmd that fails is told once, and asked again later and later', async () => {
  const asked: number[] = []
  const faults: unknown[] = []
  const clock = virtualClock()
  const ask = async (): Promise<string> => {
    asked.push(clock.elapsed() / 60_000)
    throw new Error('VCHI initialization failed')
  }
  const firmware = new Firmware(ask, false, clock, (error) => faults.push(error))
  for (let pass = 0; pass < 6 * 60 * 5; pass++) {
    await firmware.look(() => undefined)
    await clock.advance('10s')
  }
  expect(asked).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243])
  expect(faults).toEqual([new Error('vcgencmd: VCHI initialization failed; looking at /sys instead')])
})

test('without vcgencmd the twin in sysfs is asked', async () => {
  const run = started(plant({ ...board('Pi 4'), 'sys/devices/platform/soc/soc:firmware/get_throttled': '50005\n' }))
  await passes(run, 1)
  await ended(run)
  expect(run.value('pi_uptime.pi.throttling', 'throttled')).toBe(1)
  expect(run.value('hw.status', 'supply', 'voltage', 'degraded', 'Raspberry Pi 4 Model B Rev 1.5')).toBe(1)
})

test('the power chip of a Pi 5 shows its rails, and what they take together', async () => {
  const run = started(plant(board('Pi 5')), { ask: answers(0) })
  await passes(run, 1)
  await ended(run)
  expect(run.value('hw.voltage', 'EXT5V')).toBe(5.1)
  expect(run.value('pi_uptime.pi.rail.current', 'VDD_CORE')).toBe(1.5)
  expect(run.value('hw.power', 'pmic', 'power_supply')).toBeCloseTo(1.35)
})

test('the reboot that an under-voltage brings does not erase it', async () => {
  const store = memoryStore()
  const root = plant(board('Pi 4'))
  const before = started(root, {}, virtualClock(), store)
  await passes(before, 1)
  grow(root, TROUBLES['under-voltage']?.shows ?? {})
  await before.clock.advance('10s')
  await before.asleep() // and the power is gone: nothing is stopped, nothing saved

  const clock = virtualClock({ start: before.clock.now() + 180_000 })
  const after = started(plant({ ...board('Pi 4'), 'proc/uptime': '60.00 1.00\n' }), {}, clock, store)
  await passes(after, 1)
  await ended(after)
  const [finding] = found(after)
  expect(finding?.summary).toBe(
    'there was an under-voltage at 00:00 UTC: use a 5 V 3 A supply and a short, thick cable',
  )
  expect(after.value('pi_uptime.pi.under_voltage.age', 'Raspberry Pi 4 Model B Rev 1.5')).toBeGreaterThan(180)
  expect(after.value('pi_uptime.pi.under_voltage.episodes')).toBe(1)
  await ended(before)
})

test('an under-voltage that flickers is one episode, one an hour later another', async () => {
  const root = plant(board('Pi 4'))
  const run = started(root)
  for (const [alarm, count] of [
    [1, 1],
    [0, 3],
    [1, 1],
    [0, 360],
    [1, 1],
    [0, 1],
  ] as const) {
    grow(root, { 'sys/class/hwmon/hwmon10/in0_lcrit_alarm': `${alarm}\n` })
    await passes(run, count)
  }
  await ended(run)
  expect(run.value('pi_uptime.pi.under_voltage.episodes')).toBe(2)
})

test.each([
  'not JSON',
  '{"underVoltage":[[1]],"cards":{}}',
  'null',
  '{"underVoltage":[],"cards":{"mmcblk0":{"boot":1}}}',
])('a record that is damaged (%s) is begun anew, and counted', async (text) => {
  const store = memoryStore()
  await store.set('pi-record', new TextEncoder().encode(text))
  const run = started(plant({ ...board('Pi 4'), ...TROUBLES['under-voltage']?.shows }), {}, virtualClock(), store)
  await passes(run, 1)
  await ended(run)
  expect(run.faults).toEqual([expect.stringMatching(/^the record of the board is begun anew/)])
  expect(run.value('pi_uptime.pi.under_voltage.episodes')).toBe(1)
  const saved = JSON.parse(new TextDecoder().decode(await store.get('pi-record')))
  expect(saved.underVoltage).toHaveLength(1)
})

test('what is written to a card adds up over restarts and reboots', async () => {
  const store = memoryStore()
  const life = async (boot: string, sectors: number, uptime: number): Promise<Probe> => {
    const tree = {
      ...board('Pi 4'),
      'proc/uptime': `${uptime}.00 1.00\n`,
      'proc/sys/kernel/random/boot_id': `${boot}\n`,
      'sys/block/mmcblk0/stat': `1 1 1 1 1 1 ${sectors} 1 0 1 1\n`,
    }
    const run = started(plant(tree), {}, virtualClock(), store)
    await passes(run, 1)
    return ended(run)
  }
  await life('one', 1_000, 50_000)
  await life('one', 3_000, 60_000) // the process was restarted: 2,000 more
  const last = await life('two', 500, 40_000) // the board was rebooted: 500 more
  expect(last.value('pi_uptime.pi.storage.written', 'mmcblk0')).toBe(3_500 * 512)
  const size = 62_521_344 * 512
  const days = (size * 300 - 3_500 * 512) / ((3_500 * 512) / (100_000 / 86_400))
  expect(last.value('pi_uptime.pi.storage.life', 'mmcblk0')).toBe(Math.min(36_500, days))
})

test('on another machine it reads little, says nothing and ends by itself', async () => {
  const root = plant({
    'proc/cpuinfo': 'processor\t: 0\nmodel name\t: Some Processor\n',
    'proc/device-tree/model': 'Another Board\0',
  })
  const run = started(root)
  await run.ended
  expect(run.emitted).toEqual([])
  expect(run.faults).toEqual([])
  expect(run.clock.sleepers).toBe(0)
})

test('the board is a resource: maker, model and revision', async () => {
  expect(await piResource({ root: plant(board('Pi 5')) })).toEqual({
    'device.manufacturer': 'Raspberry Pi',
    'device.model.name': 'Raspberry Pi 5 Model B Rev 1.1',
    'device.model.identifier': 'd04171',
  })
  expect(await piResource({ root: plant({ 'proc/cpuinfo': 'x' }) })).toEqual({})
})

test.each([
  ['pi.every', { every: '100ms' }],
  ['pi.rewrites', { rewrites: 0 }],
  ['pi.root', { root: 5 }],
  ['pi.vcgencmd', { vcgencmd: true }],
])('refuses a bad %s', (field, options) => {
  expect(() => pi(options as never)).toThrow(ConfigError)
  expect(() => pi(options as never)).toThrow(expect.objectContaining({ field }))
})

test('the public source runs the same', async () => {
  const clock: VirtualClock = virtualClock()
  const run = probe(pi({ root: plant(board('Zero 2 W')) }), clock)
  await passes(run, 1)
  await ended(run)
  expect(run.value('hw.temperature', 'cpu-thermal')).toBe(51.54)
})
