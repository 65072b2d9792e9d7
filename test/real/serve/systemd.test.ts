import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const SERVICE = fileURLToPath(new URL('./notifying-service.ts', import.meta.url))
const PROGRAM = '/usr/bin/systemd-notify'
/** Prints the datagrams that a socket gets, one line each, their newlines as spaces. */
const LISTENER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('open', flush=True)
while True:
    print(s.recv(65536).decode().replace(chr(10), ' '), flush=True)
`

function missing(): string | undefined {
  if (!existsSync(PROGRAM)) return `${PROGRAM} is not there (Debian: systemd)`
  try {
    execFileSync('python3', ['-c', 'import socket; socket.AF_UNIX'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'python3, which holds the other end of the socket, is not there'
  }
}
const why = missing()
beforeEach(({ skip }) => skip(why !== undefined, why))

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A notify socket, and the datagrams it got. */
async function notifySocket() {
  const path = join(mkdtempSync(join(tmpdir(), 'notify-')), 'socket')
  const listener = spawn('python3', ['-c', LISTENER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  ends.push(() => listener.kill('SIGKILL'))
  const got: string[] = []
  await new Promise<void>((open) => {
    createInterface(listener.stdout).on('line', (line) => (line === 'open' ? open() : got.push(line)))
  })
  return { path, got }
}

/** The service of this folder as a process of its own; it is told apart by what it says on standard output. */
function service(socket: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', SERVICE], {
    env: { PATH: process.env.PATH, NOTIFY_SOCKET: socket, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  ends.push(() => child.kill('SIGKILL'))
  return child
}

async function until(met: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 200 && !met(); i++) await new Promise((next) => setTimeout(next, 50))
  expect(met(), what).toBe(true)
}

test('systemd hears that the service is ready, how it is, that it lives, and that it stops', async () => {
  const { path, got } = await notifySocket()
  const child = service(path, { WATCHDOG_USEC: '1000000' })
  await until(
    () => got.length >= 4 && got.some((line) => line.includes('READY=1')),
    'it is told that the service is ready',
  )
  const words = got.join(' ').split(' ')
  expect(words.filter((word) => word !== 'WATCHDOG=1')).toEqual(['READY=1', 'STATUS=pass'])
  expect(words.filter((word) => word === 'WATCHDOG=1').length).toBeGreaterThanOrEqual(3)
  child.kill('SIGTERM')
  await until(() => got.some((line) => line.includes('STOPPING=1')), `datagrams: ${got.join(' | ')}`)
})

test('the watchdog of another process is left to it', async () => {
  const { path, got } = await notifySocket()
  service(path, { WATCHDOG_USEC: '1000000', WATCHDOG_PID: '1' })
  await until(() => got.length > 0, 'it is told that the service is ready')
  await new Promise((passed) => setTimeout(passed, 1_500))
  expect(got.filter((line) => line.includes('WATCHDOG'))).toEqual([])
})

test('a process whose event loop hangs falls silent', async () => {
  const { path, got } = await notifySocket()
  service(path, { WATCHDOG_USEC: '600000', HANG_AFTER: '1500' })
  await until(() => got.length > 2, `datagrams: ${got.join(' | ')}`)
  await new Promise((passed) => setTimeout(passed, 2_500))
  const before = got.length
  await new Promise((passed) => setTimeout(passed, 1_500))
  expect(got.length).toBe(before)
})
