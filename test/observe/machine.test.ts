import { appendFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { uniform } from '../../src/math/random.js'
import type { Signal } from '../../src/model/index.js'
import { HOST } from '../../src/model/signals/host.js'
import { runHost } from '../../src/observe/host/run.js'
import { Files } from '../../src/observe/machine/files.js'
import { Gauges } from '../../src/observe/machine/gauges.js'
import { runPi } from '../../src/observe/pi/run.js'
import { machine } from './host/machine.js'
import { board, boardNames } from './pi/boards.js'
import { probe } from './probe.js'
import { grow, plant, type Tree } from './trees.js'

test('a file is read from its start each time, however it has grown or shrunk', async () => {
  const root = plant({ 'proc/a': 'one' })
  const files = new Files(root)
  const texts = [await files.text('/proc/a')]
  for (const text of ['x'.repeat(100_000), '', 'two']) {
    grow(root, { 'proc/a': text })
    texts.push(await files.text('/proc/a'))
  }
  files.close()
  expect(texts).toEqual(['one', 'x'.repeat(100_000), '', 'two'])
})

test('no more than 256 kB of a file is read', async () => {
  const files = new Files(plant({ 'proc/endless': 'x'.repeat(1_000_000) }))
  expect((await files.text('/proc/endless'))?.length).toBe(262_144)
  files.close()
})

test('what cannot be read is undefined: a directory, a loop of links, nothing at all', async () => {
  const root = plant({ 'proc/net/dev': '' })
  symlinkSync('loop', join(root, 'loop'))
  const files = new Files(root)
  expect(await Promise.all(['/proc/net', '/loop', '/none', '/proc/net/dev/x'].map((path) => files.text(path)))).toEqual(
    [undefined, undefined, undefined, undefined],
  )
  expect(await files.list('/none', 5)).toBeUndefined()
  files.close()
  expect(await files.text('/proc/net/dev')).toBeUndefined()
})

test('what was not there is found later, and is not looked for each time', async () => {
  const root = plant({ 'proc/a': 'a' })
  const files = new Files(root)
  expect(await files.text('/proc/late')).toBeUndefined()
  writeFileSync(join(root, 'proc/late'), 'here')
  let looks = 0
  while ((await files.text('/proc/late')) === undefined) looks++
  expect(looks).toBeGreaterThan(0)
  expect(looks).toBeLessThan(60)
  files.close()
})

test('more files than are kept open are read all the same', async () => {
  const tree = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`sys/f${i}`, `${i}`]))
  const root = plant(tree)
  const files = new Files(root)
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 200; i++) {
      expect(await files.text(`/sys/f${i}`)).toBe(`${i}${'!'.repeat(round)}`)
      appendFileSync(join(root, `sys/f${i}`), '!')
    }
  }
  files.close()
})

test('names come as people count them', async () => {
  const files = new Files(plant({ 'sys/c/cpu10': '', 'sys/c/cpu2': '', 'sys/c/cpu1': '' }))
  expect(await files.list('/sys/c', 2)).toEqual(['cpu1', 'cpu2'])
  files.close()
})

/** Gauges that write down what they observe. */
function gauged(): { readonly gauges: Gauges; readonly seen: [Signal, number][] } {
  const seen: [Signal, number][] = []
  return { gauges: new Gauges((signal, value) => seen.push([signal, value])), seen }
}

test('a rate is taken over the time since its counter was last read, not since the last pass', () => {
  const { gauges, seen } = gauged()
  gauges.begin(0)
  gauges.rate(HOST.networkIo, 0, 'eth0', 'receive')
  gauges.begin(10_000)
  gauges.begin(20_000)
  gauges.rate(HOST.networkIo, 4_000, 'eth0', 'receive')
  expect(seen.map(([, value]) => value)).toEqual([200])
})

test('the same series is the same signal, so that its memory is found by identity', () => {
  const { gauges, seen } = gauged()
  for (let i = 0; i < 3; i++) gauges.gauge(HOST.load, i, '1m')
  expect(new Set(seen.map(([signal]) => signal)).size).toBe(1)
})

test('what is not finite is not observed, and series are bounded', () => {
  const { gauges, seen } = gauged()
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined]) gauges.gauge(HOST.load, value, '1m')
  expect(seen).toEqual([])
  for (let i = 0; i < 10_000; i++) {
    gauges.gauge(HOST.load, i, `${i}`)
    gauges.rise(`${i}`, i)
  }
  expect(seen.length).toBe(2_000)
})

/** A tree in which one file in three holds something else: of another file, cut, doubled, or bytes of any kind. */
function maimed(tree: Tree, random: () => number): Tree {
  const texts = Object.values(tree) as string[]
  const other = (): string => texts[Math.floor(random() * texts.length)] as string
  const hurt = (text: string): string | undefined => {
    const kind = Math.floor(random() * 6)
    if (kind === 0) return undefined
    if (kind === 1) return other()
    if (kind === 2) return text.slice(0, random() * text.length)
    if (kind === 3) return text + other()
    if (kind === 4) return text.replace(/\d+/g, () => String(Math.floor(random() * 1e25)))
    return Array.from({ length: 50 }, () => String.fromCharCode(random() * 256)).join('')
  }
  return Object.fromEntries(
    Object.entries(tree).map(([path, text]) => [path, random() < 1 / 3 ? hurt(text as string) : text]),
  )
}

test('of whole machines whose files are damaged only finite numbers are observed, and nothing throws', async () => {
  let draws = 0
  const random = (): number => uniform(7, draws++)
  for (let i = 0; i < 12; i++) {
    const well = (seconds: number): Tree => ({ ...machine({ seconds }), ...board(boardNames[i % 4] ?? 'Pi 4') })
    const root = plant(maimed(well(10), random))
    const start = { every: 10_000, root, platform: 'linux', rewrites: 300, ask: async () => 'throttled=0xffffffff' }
    const host = probe({ name: 'host', start: (emit, context) => runHost(start, emit, context) })
    const pi = probe({ name: 'pi', start: (emit, context) => runPi(start, emit, context) })
    for (const run of [host, pi]) {
      for (let pass = 0; pass < 2; pass++) {
        await Promise.race([run.asleep(), run.ended])
        grow(root, maimed(well(20 + pass), random))
        await run.clock.advance('10s')
      }
      await Promise.race([run.asleep(), run.ended])
      run.stop()
      await run.ended
      expect(run.emitted.filter(({ value }) => !Number.isFinite(value))).toEqual([])
    }
    expect(host.emitted.length).toBeGreaterThan(20)
    expect(host.faults).toEqual([])
  }
}, 60_000)
