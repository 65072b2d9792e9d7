import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { fileStore } from '../../../src/edge/index.js'
import { createMonitor, type Finding, pi } from '../../../src/index.js'
import { board, TROUBLES } from '../../observe/pi/boards.js'
import { grow, plant, type Tree } from '../../observe/trees.js'

/** A board with a program in the place of vcgencmd. */
async function withVcgencmd(tree: Tree, script: string): Promise<string> {
  const root = plant({ ...tree, 'usr/bin/vcgencmd': '' })
  const file = join(root, 'usr/bin/vcgencmd')
  await writeFile(file, `#!/bin/sh\n${script}\n`)
  await chmod(file, 0o755)
  return root
}

const answers = (bits: string): string => `case "$1" in
get_throttled) echo "throttled=${bits}";;
pmic_read_adc) echo "     VDD_CORE_A current(7)=1.40000000A"; echo "       EXT5V_V volt(24)=4.61000000V";;
esac`

interface Watched {
  readonly findings: readonly Finding[]
  readonly faults: readonly string[]
  readonly longest: number
}

/** Watches a board until there are so many findings, or for so many milliseconds. */
async function watched(root: string, until: number, ms: number, store?: string): Promise<Watched> {
  const faults: string[] = []
  const kept = store === undefined ? {} : { store: fileStore(store) }
  const onFault = ({ message }: { readonly message: string }): unknown => faults.push(message)
  const observe = [pi({ root, every: '1s' })]
  const monitor = createMonitor({ service: 'greenhouse', telemetry: false, observe, onFault, ...kept })
  await monitor.start()
  let longest = 0
  for (const began = performance.now(); performance.now() - began < ms && monitor.findings().length < until; ) {
    const before = performance.now()
    await sleep(20)
    longest = Math.max(longest, performance.now() - before - 20)
  }
  const findings = monitor.findings()
  await monitor.stop()
  return { findings, faults, longest }
}

test('a Pi 5 whose supply is too weak is told of in plain words', async () => {
  const root = await withVcgencmd({ ...board('Pi 5'), ...TROUBLES['under-voltage']?.shows }, answers('0x50005'))
  const { findings, faults } = await watched(root, 3, 10_000)
  const said = findings.map(({ summary }) => summary.replace(/\d\d:\d\d UTC/, '14:02 UTC'))
  expect(said).toContain(
    'under-voltage since 14:02 UTC: use a 5 V 5 A supply and a short, thick cable; the board may reboot and damage its card',
  )
  expect(said).toContain(
    'the supply gives 4.61 V, less than 4.75 V since 14:02 UTC: use a 5 V 5 A supply and a short, thick cable',
  )
  expect(said).toContainEqual(expect.stringMatching(/^the firmware slows the processor down since/))
  expect(faults).toEqual([])
})

test('a vcgencmd that hangs with children costs its own signals: the rest is observed, the loop is free, it is killed', async () => {
  const tree = { ...board('Pi 4'), ...TROUBLES.heat?.shows }
  const root = await withVcgencmd(tree, 'sleep 60 & echo $! > "$(dirname "$0")/child"; wait')
  const { findings, faults, longest } = await watched(root, 2, 4_000)
  expect(findings.map(({ summary }) => summary)).toEqual([expect.stringMatching(/^the processor has 86\.1 °C/)])
  expect(faults).toEqual([expect.stringMatching(/^vcgencmd: .* did not end within 2000 ms; looking at \/sys instead$/)])
  expect(longest).toBeLessThan(1_000)
  const child = readFileSync(join(root, 'usr/bin/child'), 'utf8').trim()
  const gone = (): boolean => {
    try {
      return / Z /.test(readFileSync(`/proc/${child}/stat`, 'utf8'))
    } catch {
      return true
    }
  }
  while (!gone()) await sleep(10)
})

test('an under-voltage is on record after a restart, in the store of the monitor', async () => {
  const store = mkdtempSync(join(tmpdir(), 'pi-store-'))
  onTestFinished(() => rmSync(store, { recursive: true, force: true }))
  const root = await withVcgencmd({ ...board('Pi 4'), ...TROUBLES['under-voltage']?.shows }, answers('0x0'))
  await watched(root, 1, 10_000, store)
  grow(root, { 'sys/class/hwmon/hwmon10/in0_lcrit_alarm': '0\n' })
  const record = JSON.parse(new TextDecoder().decode(await fileStore(store).get('pi-record')))
  expect(record.underVoltage).toHaveLength(1)
  const ages: number[] = []
  const monitor = createMonitor({
    service: 'greenhouse',
    telemetry: false,
    store: fileStore(store),
    observe: [pi({ root, every: '1s' })],
    watch: [
      {
        name: 'listener@1',
        matches: ({ name }) => name === 'pi_uptime.pi.under_voltage.age',
        start: () => null,
        push: (_, value) => {
          ages.push(value)
          return []
        },
        tick: () => [],
      },
    ],
  })
  await monitor.start()
  while (ages.length === 0) await sleep(10)
  await monitor.stop()
  expect(ages[0]).toBeGreaterThan(0)
  expect(ages[0]).toBeLessThan(60)
})
