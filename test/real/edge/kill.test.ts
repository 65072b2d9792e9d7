import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileStore } from '../../../src/edge/index.js'

const WRITER = new URL('writer.ts', import.meta.url).pathname
let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kill-'))
})
afterAll(async () => {
  await rm(dir, { recursive: true, force: true })
})

function writer(start: number, size: number): ChildProcess {
  const args = ['--import', 'tsx', WRITER, dir, `${start}`, `${size}`]
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Lets the writer finish `sets` sets, then kills it some turns into the next; the last number that it said was safe. */
async function killed(child: ChildProcess, sets: number, turns: number): Promise<number> {
  let safe = 0
  let seen = 0
  const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> })
  const over = once(child, 'close')
  for await (const line of lines) {
    safe = Number(line)
    if (++seen < sets) continue
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
    child.kill('SIGKILL')
  }
  await over
  return safe
}

test('kill -9 in the middle of a write, 40 times and more: whole bytes, never older than what set has promised, no rubbish', async () => {
  let leftovers = 0
  let last = 0
  // How many kills come in the middle of a write is the machine's affair: go on until enough of them have.
  for (let round = 0; round < 40 || leftovers <= 5; round++) {
    expect(round, 'kills that came too late or too early').toBeLessThan(400)
    const size = 8 * (round % 2 === 0 ? 1_000_000 : 1_000)
    const safe = await killed(writer(last + 1, size), 1 + (round % 3), (round * 37) % 400)
    const rubbish = (await readdir(dir)).filter((name) => name !== 'key')
    leftovers += rubbish.length
    expect(rubbish.length).toBeLessThanOrEqual(1)
    const bytes = Buffer.from((await fileStore(dir).get('key')) as Uint8Array)
    last = Number(bytes.toString('latin1', 0, 7))
    expect(bytes.length).toBe(size)
    expect(bytes.equals(Buffer.alloc(size, bytes.subarray(0, 8))), `round ${round}`).toBe(true)
    expect([safe, safe + 1]).toContain(last)
    expect(await readdir(dir)).toEqual(['key'])
  }
}, 240_000)

/** Runs a few lines over the store in a process of its own, under a shell's limits. */
function limited(limits: string, lines: string): { status: number | null; said: string } {
  const module = new URL('../../../src/edge/index.ts', import.meta.url).pathname
  const code = `import { fileStore } from '${module}'\nconst store = fileStore('${dir}')\n${lines}`
  const command = `${limits}; exec '${process.execPath}' --import tsx --input-type=module -e "$CODE"`
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    env: { ...process.env, CODE: code },
    encoding: 'utf8',
  })
  return { status, said: `${stdout}${stderr}`.trim() }
}

const TRY = `
  await store.set('key', Buffer.from('before'))
  const reason = await store.set('key', Buffer.alloc(4e6)).then(() => 'written', error => error.code)
  console.log(reason, Buffer.from(await store.get('key')).toString())`

test('a file that may not grow as large as it must: the set rejects, the old bytes stay, nothing is left behind', async () => {
  expect(limited('ulimit -f 1000', TRY)).toEqual({ status: 0, said: 'EFBIG before' })
  expect(await readdir(dir)).toEqual(['key'])
})

test('a directory that may not be written: the set rejects, the old bytes can still be read', async () => {
  await fileStore(dir).set('key', Buffer.from('before'))
  await chmod(dir, 0o555)
  try {
    const lines = `
      process.setuid && process.getuid() === 0 && process.setuid(65534)
      const reason = await store.set('key', Buffer.from('after')).then(() => 'written', error => error.code)
      console.log(reason, (await store.keys('')).join())`
    expect(limited('true', lines)).toEqual({ status: 0, said: 'EACCES key' })
  } finally {
    await chmod(dir, 0o700)
  }
  expect(Buffer.from((await fileStore(dir).get('key')) as Uint8Array).toString()).toBe('before')
})
