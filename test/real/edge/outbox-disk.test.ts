import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drained } from './outbox-drained.js'
import { outboxProgram } from './outbox-program.js'

let dir: string
let program: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'outbox-disk-'))
  program = await outboxProgram(dir)
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const has = (command: string): boolean => spawnSync(command, ['-V'], { stdio: 'ignore' }).status === 0

/** Reads what a writer says until it has said so many lines, or it is over. */
async function said(child: ChildProcess, lines: number): Promise<{ number: number; how: string }[]> {
  const found: { number: number; how: string }[] = []
  for await (const line of createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> })) {
    const [number, how = ''] = line.split(' ')
    found.push({ number: Number(number), how })
    if (found.length === lines) break
  }
  return found
}

describe.concurrent('a system call that fails', () => {
  test.for([
    { call: 'fdatasync', error: 'EIO', when: '2+3' },
    { call: 'pwrite64,pwritev', error: 'EIO', when: '5+7' },
    { call: 'pwrite64,pwritev', error: 'ENOSPC', when: '3+5' },
    { call: 'fsync', error: 'EIO', when: '1+2' },
    { call: 'openat', error: 'EIO', when: '400+31' },
  ])(
    '$call fails with $error again and again, in a real process: it goes on, and nothing that was accepted is lost',
    async ({ call, error, when }, { skip }) => {
      skip(!has('strace'), 'strace is not installed')
      const box = join(dir, `${call}-${error}-${when}`)
      const inject = ['-f', '-qq', '-o', '/dev/null', '-e', `inject=${call}:error=${error}:when=${when}`]
      const child = spawn('strace', [...inject, process.execPath, program, box, join(dir, 'none'), '1', 'no', '20'], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
      })
      const over = once(child, 'close')
      const lines = await said(child, 150)
      expect(lines.length).toBe(150)
      child.stdout?.resume()
      await new Promise((resolve) => setTimeout(resolve, 5_000)) // until what was in memory is on disk
      execFileSync('pkill', ['-KILL', '-P', `${child.pid}`])
      await over
      const left = await drained(box)
      const lost = lines.filter(({ how, number }) => how !== 'dropped' && !left.numbers.includes(number))
      expect(lost).toEqual([])
    },
  )
})

test('a small disk that others have filled: memory takes over, and 5 s after they have made room all is on disk', async ({
  skip,
}) => {
  const disk = join(dir, 'small')
  execFileSync('mkdir', ['-p', disk])
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', disk]).status === 0
  skip(!mounted, 'a tmpfs cannot be mounted here')
  try {
    const child = spawn(process.execPath, [program, join(disk, 'box'), join(dir, 'none'), '1', 'no', '20'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const over = once(child, 'close')
    const lines = createInterface({ input: child.stdout })
    const fates: string[] = []
    let last = 0
    for await (const line of lines) {
      const [number, how = ''] = line.split(' ')
      last = Number(number)
      fates.push(how)
      if (fates.length === 40) await writeFile(join(disk, 'other'), Buffer.alloc(600_000)).catch(() => {})
      if (fates.length === 120) await rm(join(disk, 'other'))
      if (fates.length === 140) break
    }
    expect(fates).toContain('memory')
    child.stdout.resume()
    child.kill('SIGSTOP')
    child.kill('SIGCONT')
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    child.kill('SIGKILL')
    await over
    const left = await drained(join(disk, 'box'))
    const missing = Array.from({ length: last }, (_, i) => i + 1).filter((n) => !left.numbers.includes(n))
    expect(missing).toEqual([])
  } finally {
    spawnSync('umount', [disk])
  }
})

test('files are for their owner alone, links are not followed', async () => {
  const box = join(dir, 'private')
  const child = spawn(process.execPath, [program, box, join(dir, 'none'), '1', 'no', '5'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const over = once(child, 'close')
  await said(child, 3)
  child.kill('SIGKILL')
  await over
  expect((await stat(box)).mode & 0o777).toBe(0o700)
  for (const name of ['3-metrics-00000001.seg', 'metrics.cursor'])
    expect((await stat(join(box, name))).mode & 0o777).toBe(0o600)

  const secret = join(dir, 'secret')
  await writeFile(secret, 'not yours')
  await rm(join(box, 'metrics.cursor'))
  await symlink(secret, join(box, 'metrics.cursor'))
  const left = await drained(box)
  expect(left).toMatchObject({ waiting: 0, unwritable: undefined })
  expect((await lstat(join(box, 'metrics.cursor'))).isSymbolicLink()).toBe(false)
  expect(await readFile(secret, 'utf8')).toBe('not yours')
})
