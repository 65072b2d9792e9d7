import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { ask } from '../../serve/ask.js'

const PROGRAM = fileURLToPath(new URL('./shop-process.ts', import.meta.url))
const alive = new Set<ChildProcess>()
afterEach(() => {
  for (const child of alive) child.kill('SIGKILL')
  alive.clear()
})

interface Shop {
  readonly child: ChildProcess
  readonly port: number
  readonly end: Promise<{ code: number | null; signal: string | null; output: string }>
}

async function shop(options: object = {}): Promise<Shop> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  alive.add(child)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const end = once(child, 'close').then(([code, signal]) => {
    alive.delete(child)
    return { code, signal, output }
  })
  while (!output.includes('\n')) await once(child.stdout, 'data')
  return { child, port: Number.parseInt(output, 10), end }
}

/** Asks until the answer has this code. */
async function until(port: number, path: string, code: number): Promise<void> {
  while ((await ask(port, path)).code !== code);
}

test('a request under way is finished, readiness is off meanwhile, and the process ends by the signal', async () => {
  const { child, port, end } = await shop()
  expect((await ask(port, '/readyz')).code).toBe(200)
  const payment = ask(port, '/pay')
  child.kill('SIGTERM')
  await until(port, '/readyz', 503)
  const late = ask(port, '/pay')
  expect((await ask(port, '/livez')).code).toBe(200)
  expect([(await payment).body, (await late).body]).toEqual(['paid', 'paid'])
  const { code, signal, output } = await end
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGTERM' })
  expect(JSON.parse(output.split('\n')[1] ?? '')).toMatchObject({ lit: [], problems: [] })
})

test('an exit code ends the process with it', async () => {
  const { child, end } = await shop({ exit: 7, signals: ['SIGINT'] })
  child.kill('SIGINT')
  expect(await end).toMatchObject({ code: 7, signal: null })
})

test('a deadline ends a close that hangs', async () => {
  const { child, end } = await shop({ hang: true, delay: 0, deadline: '1s' })
  child.kill('SIGTERM')
  const { signal, output } = await end
  expect(signal).toBe('SIGTERM')
  expect(output).toContain('close: no answer within')
})

test('a second signal ends the process at once', async () => {
  const { child, port, end } = await shop({ hang: true, delay: '10m', deadline: '1h' })
  child.kill('SIGTERM')
  await until(port, '/readyz', 503)
  child.kill('SIGTERM')
  expect(await end).toMatchObject({ code: null, signal: 'SIGTERM' })
})
