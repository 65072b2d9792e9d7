import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const program = `
  import { createMonitor, gracefulShutdown } from './src/index.js'
  const monitor = createMonitor({ service: 'worker', telemetry: false })
  await monitor.start()
  const { begin } = gracefulShutdown(monitor, { signals: [], delay: 100, onEnd: () => console.log('ended') })
  void begin()
`

test('a process whose own work is over goes through all steps of a shutdown that has begun', async () => {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root })
  expect(stdout).toBe('ended\n')
})
