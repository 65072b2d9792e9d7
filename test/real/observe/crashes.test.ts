import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** What an app that ends in a certain way does, with `vitals()` and without: its exit code, and the exceptions that were observed. */
function run(
  watched: boolean,
  mode: string,
  program: string,
): Promise<{ readonly code: number; readonly seen: string[] }> {
  const watching = `
    const { createMonitor, vitals } = await import('./src/index.ts')
    const push = (_, value, time, { attributes }) => {
      if (value > 0) require('node:fs').writeSync(1, Object.values(attributes) + ' ' + value + '\\n')
      return []
    }
    const listener = { name: 'listener@1', matches: ({ name }) => name === 'pi_uptime.process.exceptions', start: () => null, push, tick: () => [] }
    await createMonitor({ service: 'app', telemetry: false, observe: [vitals()], watch: [listener] }).start()
    while (process.listenerCount('uncaughtExceptionMonitor') === 0) await new Promise((resolve) => setTimeout(resolve, 10))`
  const text = `(async () => { ${watched ? watching : ''}; setTimeout(() => process.exit(7), 1000); ${program} })()`
  const args = [...(mode === '' ? [] : [`--unhandled-rejections=${mode}`]), '--import', 'tsx', '--eval', text]
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root }, (error, stdout) => {
      const code = typeof error?.code === 'number' ? error.code : 0
      resolve({ code, seen: stdout.split('\n').filter((line) => line !== '' && !line.startsWith('app: ')) })
    })
  })
}

const reject = `Promise.reject(new Error('lost'))`
const throws = `setImmediate(() => { throw new Error('lost') })`

test.each([
  ['an exception', '', throws, ['uncaughtException 1']],
  [
    'an exception that the app takes',
    '',
    `process.on('uncaughtException', () => {}); ${throws}`,
    ['uncaughtException 1'],
  ],
  ['a rejection', '', reject, ['unhandledRejection 1']],
  ['a rejection that the app takes', '', `process.on('unhandledRejection', () => {}); ${reject}`, []],
  ['a rejection', 'strict', reject, ['unhandledRejection 1']],
  ['a rejection', 'warn', reject, ['unhandledRejection 1']],
  ['a rejection', 'warn-with-error-code', reject, ['unhandledRejection 1']],
  ['a rejection', 'none', reject, []],
])('%s in the mode "%s" ends as without us, and is counted where it can be', async (_, mode, program, seen) => {
  const [alone, watched] = await Promise.all([run(false, mode, program), run(true, mode, program)])
  expect(watched.code).toBe(alone.code)
  expect(watched.seen).toEqual(seen)
})
