// The machine and a Raspberry Pi, with no code for either: what they feel, and what is told when a supply is too weak.
//
// Runs on any Linux, macOS or Windows. Where there is no Raspberry Pi, one is made of the files by which a board speaks.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { alert, createMonitor, host, pi, type Watcher } from 'pi-uptime'
import { recorder } from 'pi-uptime/testing'

const board = await mkdtemp(join(tmpdir(), 'board-'))
const shows = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(board, path)), { recursive: true })
  await writeFile(join(board, path), text)
}
await shows('proc/device-tree/model', 'Raspberry Pi 4 Model B Rev 1.5\0')
await shows('proc/uptime', '3600.00 3600.00\n')
await shows('sys/class/thermal/thermal_zone0/type', 'cpu-thermal\n')
await shows('sys/class/thermal/thermal_zone0/temp', '52000\n')
await shows('sys/class/hwmon/hwmon1/name', 'rpi_volt\n')
await shows('sys/class/hwmon/hwmon1/in0_lcrit_alarm', '0\n')

const seen = new Map<string, string>()
const listener: Watcher<null> = {
  name: 'listener@1',
  matches: ({ attributes }) => Object.keys(attributes).length < 2,
  start: () => null,
  push(_, value, __, { name, unit, attributes }) {
    seen.set(`${name} ${Object.values(attributes)}`, `${+value.toPrecision(4)} ${unit}`)
    return []
  },
  tick: () => [],
}

const pager = recorder()
const monitor = createMonitor({
  service: 'greenhouse',
  observe: [host({ every: '1s' }), pi({ every: '1s', root: board })],
  watch: [listener],
  respond: [alert({ to: pager, wait: 0 })],
  telemetry: false,
})
await monitor.start()
await sleep(2_500)

console.log('what is felt:')
for (const name of ['system.cpu.utilization', 'system.memory.utilization', 'system.uptime', 'hw.temperature']) {
  for (const [signal, figure] of seen) if (signal.startsWith(`${name} `)) console.log(`  ${signal}: ${figure}`)
}

console.log('\nthe supply sags:')
await shows('sys/class/hwmon/hwmon1/in0_lcrit_alarm', '1\n')
while (pager.alerts.length === 0) await sleep(100)
for (const { summary } of monitor.findings()) console.log(`  ${summary}`)

await monitor.stop()
await rm(board, { recursive: true })
