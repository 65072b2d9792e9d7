import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileLease } from '../../../src/edge/index.js'
import { isAlive, ownIdentity } from '../../../src/respond/remediate/process-identity.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lease-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const never = new AbortController().signal

test('there are as many slots as were given, and one that is released is free again', async () => {
  const lease = fileLease(join(dir, 'leases'), { slots: 2 })
  const [a, b, c] = [await lease.acquire('a', never), await lease.acquire('b', never), await lease.acquire('c', never)]
  expect([a, b, c].map(Boolean)).toEqual([true, true, false])
  await a?.release()
  await a?.release()
  expect(await lease.acquire('d', never)).toBeDefined()
})

test('of many that come at once never more go on than there are slots', async () => {
  for (let round = 0; round < 20; round++) {
    const holds = await Promise.all(Array.from({ length: 8 }, () => fileLease(dir, { slots: 3 }).acquire('x', never)))
    expect(holds.filter(Boolean).length).toBeLessThanOrEqual(3)
    for (const hold of holds) await hold?.release()
    expect(readdirSync(dir)).toEqual([])
  }
})

test('the claim of a process that is gone counts no more, also when its number has been given to another', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'close')
  writeFileSync(join(dir, `${child.pid}~~0000`), '')
  writeFileSync(join(dir, `${process.pid}~another-boot:1~0000`), '')
  expect(await fileLease(dir).acquire('x', never)).toBeDefined()
  expect(readdirSync(dir)).toHaveLength(1)
})

test('a process is known by its number and its start', () => {
  const own = ownIdentity()
  expect(isAlive(own)).toBe(true)
  expect(isAlive({ ...own, start: `${own.start}0` })).toBe(own.start === '')
  expect(isAlive({ pid: 0, start: '' })).toBe(false)
  expect(isAlive({ pid: 2 ** 22 + 1, start: '' })).toBe(false)
})
