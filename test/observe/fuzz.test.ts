import { expect, test } from 'vitest'
import { uniform } from '../../src/math/random.js'
import { ancestorsOf, parseCgroup, parseCpuMax, parseLimit } from '../../src/observe/host/parse-cgroup.js'
import { parseDisks, parseMounts, parseZram } from '../../src/observe/host/parse-disks.js'
import {
  countStates,
  parseInterfaces,
  parseRadios,
  parseSockets,
  parseTcp,
} from '../../src/observe/host/parse-network.js'
import { parsePressure } from '../../src/observe/host/parse-pressure.js'
import { parseCpuTimes, parseLoad, parseUptime } from '../../src/observe/host/parse-stat.js'
import { numberOf, parseFields } from '../../src/observe/machine/text.js'
import { degreesOf } from '../../src/observe/pi/inventory.js'
import { parseBoard } from '../../src/observe/pi/parse-board.js'
import { parseRails, parseThrottled, powerOf } from '../../src/observe/pi/parse-firmware.js'
import { parseWear } from '../../src/observe/pi/parse-storage.js'
import { parseSupplyLimit } from '../../src/observe/pi/power.js'
import { machine } from './host/machine.js'

/** `FUZZ=1000000` runs it in full. */
const INPUTS = Number(process.env.FUZZ ?? 100_000)
const SEED = 5

const files = machine({ seconds: 12_345 })
const counted = (text: string): Map<string, number> => {
  const counts = new Map<string, number>()
  countStates(text, counts)
  return counts
}

/** Every parser, with a text that it reads. */
const PARSERS: readonly (readonly [parse: (text: string) => unknown, sample: string])[] = [
  [parseCpuTimes, files['proc/stat'] as string],
  [parseLoad, files['proc/loadavg'] as string],
  [parseUptime, files['proc/uptime'] as string],
  [parseFields, files['proc/meminfo'] as string],
  [parseDisks, files['proc/diskstats'] as string],
  [parseMounts, files['proc/mounts'] as string],
  [parseZram, files['sys/block/zram0/mm_stat'] as string],
  [parseInterfaces, files['proc/net/dev'] as string],
  [parseTcp, files['proc/net/snmp'] as string],
  [parseSockets, files['proc/net/sockstat'] as string],
  [counted, files['proc/net/tcp'] as string],
  [
    parseRadios,
    'Inter-| sta-|   Quality\n face | tus | link level noise\n wlan0: 0000   54.  -56.  -256  0 0 0 3 0 0\n',
  ],
  [parsePressure, files['proc/pressure/io'] as string],
  [parseCgroup, '4:memory:/docker/abc\n0::/system.slice/shop.service\n'],
  [ancestorsOf, '/system.slice/shop.service'],
  [parseCpuMax, '50000 100000\n'],
  [parseLimit, '400000000\n'],
  [numberOf, '48123\n'],
  [degreesOf, '48123\n'],
  [
    (text) => parseBoard(text, text),
    'Raspberry Pi 5 Model B Rev 1.0\0\nRevision\t: d04170\nModel\t\t: Raspberry Pi 5\n',
  ],
  [parseThrottled, 'throttled=0x50005\n'],
  [
    (text) => powerOf(parseRails(text)),
    '  VDD_CORE_A current(7)=1.42A\n  VDD_CORE_V volt(15)=0.9V\n EXT5V_V volt(24)=5.05V\n',
  ],
  [parseRails, '  VDD_CORE_A current(7)=1.42A\n  VDD_CORE_V volt(15)=0.9V\n EXT5V_V volt(24)=5.05V\n'],
  [(text) => parseWear(text, text), '0x02 0x01\n'],
  [parseSupplyLimit, '\0\0\x13\x88'],
]

const HOSTILE = [
  ...[
    '',
    ' ',
    '\n',
    '\0',
    ':',
    '-',
    '-1',
    'NaN',
    'Infinity',
    '1e999',
    '0x10',
    '9'.repeat(30),
    '9'.repeat(400),
    '18446744073709551616',
  ],
  ...[
    'max',
    '..',
    '\\040',
    '\\777',
    '__proto__',
    'constructor',
    'é',
    '\ud800',
    '٣',
    '1.2.3',
    '+5',
    '.',
    '4294967296',
    '\t\t',
    ' kB',
  ],
]

/** One to four wounds to a text: something cut out, put in, doubled, or turned into another byte. */
function wounded(text: string, random: () => number): string {
  const at = (): number => Math.floor(random() * (text.length + 1))
  let hurt = text
  for (let wounds = 1 + Math.floor(random() * 4); wounds > 0; wounds--) {
    const [from, to] = [at(), at()].sort((a, b) => a - b) as [number, number]
    const hostile = HOSTILE[Math.floor(random() * HOSTILE.length)] as string
    const kind = Math.floor(random() * 6)
    if (kind === 0) hurt = hurt.slice(0, from) + hurt.slice(to)
    else if (kind === 1) hurt = hurt.slice(0, from) + hostile + hurt.slice(from)
    else if (kind === 2) hurt = hurt.slice(0, to) + hurt.slice(from)
    else if (kind === 3)
      hurt = hurt.slice(0, from) + String.fromCharCode(Math.floor(random() * 256)) + hurt.slice(from + 1)
    else if (kind === 4) hurt = hurt.replace(/\d+/g, (digits) => (random() < 0.2 ? hostile : digits))
    else hurt = hurt.slice(0, from)
  }
  return hurt.slice(0, 20_000)
}

/** Whether every number in a value is finite, however deep. */
function isSound(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (value instanceof Map) return [...value.values()].every(isSound)
  return typeof value !== 'object' || value === null || Object.values(value).every(isSound)
}

test('each parser reads its sample', () => {
  for (const [parse, sample] of PARSERS) {
    const found = parse(sample)
    expect(found, parse.toString()).toBeDefined()
    if (Array.isArray(found)) expect(found.length, parse.toString()).toBeGreaterThan(0)
  }
})

test(`${INPUTS} hostile files of /proc and /sys: no parser throws, and none gives a number that is not finite`, () => {
  let draws = 0
  const random = (): number => uniform(SEED, draws++)
  for (let i = 0; i < INPUTS; i++) {
    const [parse, sample] = PARSERS[i % PARSERS.length] as (typeof PARSERS)[number]
    const text = wounded(sample, random)
    const found = parse(text)
    if (!isSound(found)) expect(found, JSON.stringify(text)).toBe('finite')
  }
}, 600_000)
