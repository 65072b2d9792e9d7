import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../../../src/model/index.js'
import { command, http } from '../../../src/respond/steps/index.js'
import { sampleContext, sampleIncident } from '../../../src/testing/contracts/samples.js'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'command-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const NODE = process.execPath
const run = (argv: readonly string[], options = {}, context: Context = sampleContext()) =>
  command(NODE, argv, options).apply(sampleIncident(), context)

/** Strings that have broken other people's programs. */
const HOSTILE = [
  ...[
    '; touch PWNED',
    '$(touch PWNED)',
    '`touch PWNED`',
    '| touch PWNED',
    '&& touch PWNED',
    '> PWNED',
    '\n touch PWNED\n',
  ],
  ...[
    "'; touch PWNED; '",
    '"; touch PWNED; "',
    '$'.concat('{IFS}touch PWNED'),
    '%0a touch PWNED',
    '../../etc/passwd',
    '-rf',
    '--help',
  ],
  ...[
    '*',
    '~',
    '~root',
    '$HOME',
    '!!',
    '\\',
    '\u0007',
    '\u202e',
    '🦀',
    "' OR 1=1 --",
    '<script>',
    '{{7*7}}',
    '%s%n',
    '',
  ],
]

describe('command()', () => {
  test('200 hostile strings are inert: each arrives as it is, and nothing else happens', async () => {
    const made = fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), { numRuns: 200 - HOSTILE.length, seed: 7 })
    const all = [...HOSTILE, ...made].map((text) => Buffer.from(text.replaceAll('\0', '')).toString())
    expect(all).toHaveLength(200)
    const heard = join(dir, 'heard')
    const script = `require('fs').writeFileSync(${JSON.stringify(heard)}, JSON.stringify(process.argv.slice(1)))`
    for (let i = 0; i < all.length; i += 50) {
      await run(['-e', script, '--', ...all.slice(i, i + 50)], { cwd: dir })
      expect(JSON.parse(readFileSync(heard, 'utf8'))).toEqual(all.slice(i, i + 50))
    }
    expect(existsSync(join(dir, 'PWNED'))).toBe(false)
  })

  test('a NUL, too many arguments, or too long ones are refused before anything runs', async () => {
    for (const argv of [['a\0b'], Array(101).fill('x'), ['x'.repeat(5_000)], [7]])
      expect(() => command(NODE, argv as string[])).toThrow(/command.argv/)
    expect(() => command(NODE, () => ['a\0b']).apply(sampleIncident(), sampleContext())).toThrow(/command.argv/)
  })

  test.each(['node', './node', '/usr/bin/../bin/node', '/bin/sh', '/usr/bin/env', '/usr/bin/sudo', ''])(
    'the path %j is refused',
    (path) => {
      expect(() => command(path)).toThrow(/command.path/)
    },
  )

  test('the environment is clean, and standard input is closed', async () => {
    process.env.CANARY_SECRET = 'canary'
    try {
      const out = await run(['-e', 'console.log(JSON.stringify(process.env), require("fs").readFileSync(0).length)'], {
        env: { A: 'b' },
      })
      expect(String(out)).not.toContain('canary')
      expect(JSON.parse(String(out).replace(/ 0\n$/, ''))).toMatchObject({ A: 'b', LANG: 'C' })
    } finally {
      delete process.env.CANARY_SECRET
    }
  })

  test('where PI_UPTIME_COMMANDS is set, no other program is run', () => {
    process.env.PI_UPTIME_COMMANDS = '/usr/bin/true:/usr/bin/false'
    try {
      expect(command(NODE).precondition?.(sampleIncident(), sampleContext())).toContain('PI_UPTIME_COMMANDS')
      expect(command('/usr/bin/true').precondition?.(sampleIncident(), sampleContext())).toBeUndefined()
    } finally {
      delete process.env.PI_UPTIME_COMMANDS
    }
  })

  test('output is bounded, the last of it is kept; a failure says what it ended with', async () => {
    const out = String(await run(['-e', 'process.stdout.write("x".repeat(1e6) + "the end")']))
    expect(out.length).toBe(8_192)
    expect(out.endsWith('the end')).toBe(true)
    await expect(run(['-e', 'console.error("no such pool"); process.exit(3)'])).rejects.toThrow(
      /ended with 3: no such pool/,
    )
    await expect(command('/nonexistent').apply(sampleIncident(), sampleContext())).rejects.toThrow(/cannot be run/)
  })

  test('children and grandchildren die at the deadline, also those that ignore SIGTERM', async () => {
    const pids = join(dir, 'pids')
    writeFileSync(pids, '')
    const note = `require('fs').appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n'); process.on('SIGTERM', () => {}); setInterval(() => {}, 1e3)`
    const child = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(note)}], { stdio: 'inherit' }); ${note}`
    const began = performance.now()
    await expect(
      run(
        [
          '-e',
          `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); ${note}`,
        ],
        { timeout: '1500ms' },
      ),
    ).rejects.toThrow(/deadline/)
    expect(performance.now() - began).toBeLessThan(5_000)
    const all = readFileSync(pids, 'utf8').trim().split('\n').map(Number)
    expect(all).toHaveLength(3)
    await sleep(100)
    for (const pid of all) expect(isRunning(pid), `process ${pid}`).toBe(false)
  })

  test('a grandchild that ignores SIGTERM dies although its parent ends at once', async () => {
    const pid = join(dir, 'pid')
    const stubborn = `require('fs').writeFileSync(${JSON.stringify(pid)}, String(process.pid)); process.on('SIGTERM', () => {}); setInterval(() => {}, 1e3)`
    const parent = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}]); setInterval(() => {}, 1e3)`
    await expect(run(['-e', parent], { timeout: '800ms' })).rejects.toThrow(/deadline/)
    await sleep(100)
    expect(isRunning(Number(readFileSync(pid, 'utf8')))).toBe(false)
  })

  test('a grandchild that holds the output open does not hold the step', async () => {
    const script = `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 3e3)'], { stdio: 'inherit', detached: true }).unref()`
    const began = performance.now()
    await run(['-e', script])
    expect(performance.now() - began).toBeLessThan(2_500)
  })

  test('it ends when the run is aborted', async () => {
    const abort = new AbortController()
    const work = run(['-e', 'setInterval(() => {}, 1e3)'], {}, sampleContext(abort.signal))
    abort.abort()
    await expect(work).rejects.toThrow(/deadline/)
  })
})

/** A zombie that nobody has waited for runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

test('http() takes 2xx for an answer, follows no redirect, ends at its deadline, and shows no secret', async () => {
  const server = createServer((req, res) => {
    const path = req.url?.split('?')[0]
    if (path === '/hang') return
    res.writeHead(path === '/ok' ? 204 : path === '/move' ? 302 : 500, { location: '/ok' }).end('secret body')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = (path: string) =>
    http(`${base}${path}?token=canary`, {
      private: true,
      headers: { authorization: 'Bearer canary' },
      timeout: '300ms',
    }).apply(sampleIncident(), sampleContext())
  try {
    expect(String(await ask('/ok'))).toMatch(/answered 204$/)
    for (const path of ['/move', '/broken', '/hang']) {
      const error = await Promise.resolve(ask(path)).catch((thrown: Error) => thrown)
      expect(error).toBeInstanceOf(Error)
      expect(String(error)).not.toMatch(/canary|secret body/)
    }
    expect(() => http('file:///etc/passwd')).toThrow(/http.url/)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
