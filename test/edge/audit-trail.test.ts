import { expect, test } from 'vitest'
import { AuditTrail } from '../../src/edge/audit-trail.js'
import { memoryStore } from '../../src/edge/index.js'
import type { AuditEntry, Store } from '../../src/model/index.js'
import { virtualClock } from '../../src/testing/index.js'

const line = { event: 'step', playbook: 'p', run: 'a-1', incident: 'i', attempt: 1, what: 'x', text: '' } as const

function trail(store: Store = memoryStore()) {
  const told: AuditEntry[] = []
  return { store, told, trail: new AuditTrail({ store, clock: virtualClock(), told: (entry) => told.push(entry) }) }
}

test('lines are numbered, told once they are on disk, and read in order, also by the next process', async () => {
  const first = trail()
  await Promise.all([1, 2, 3].map((n) => first.trail.append({ ...line, text: String(n) })))
  const second = trail(first.store)
  await second.trail.append({ ...line, text: '4' })
  const read = await second.trail.read()
  expect(read.map(({ seq, text }) => [seq, text])).toEqual([
    [1, '1'],
    [2, '2'],
    [3, '3'],
    [4, '4'],
  ])
  expect(first.told.map(({ text }) => text)).toEqual(['1', '2', '3'])
})

test('it is bounded: the oldest lines go, and the numbers show it', async () => {
  const { trail: audit, store } = trail()
  for (let i = 0; i < 400; i++) await audit.append({ ...line, text: 'x'.repeat(2_500) })
  const keys = await store.keys('audit-')
  const sizes = await Promise.all(keys.map(async (key) => (await store.get(key))?.byteLength ?? 0))
  expect(keys).toHaveLength(16)
  expect(Math.max(...sizes)).toBeLessThan(36_000)
  const read = await audit.read()
  expect(read.at(-1)?.seq).toBe(400)
  expect(read[0]?.seq).toBeGreaterThan(1)
  expect(read.map(({ seq }) => seq)).toEqual(read.map((_, i) => (read[0]?.seq ?? 0) + i))
})

test('a line that cannot be written is not told, and the next one takes its number', async () => {
  const memory = memoryStore()
  let full = true
  const store: Store = {
    ...memory,
    get: memory.get.bind(memory),
    keys: memory.keys.bind(memory),
    delete: memory.delete.bind(memory),
    set: (key, bytes) => (full ? Promise.reject(new Error('ENOSPC')) : memory.set(key, bytes)),
  }
  const { trail: audit, told } = trail(store)
  await expect(audit.append(line)).rejects.toThrow('ENOSPC')
  expect(told).toEqual([])
  full = false
  await audit.append(line)
  expect((await audit.read()).map(({ seq }) => seq)).toEqual([1])
})

test('a damaged line is left out, and hides no other', async () => {
  const { trail: audit, store } = trail()
  await audit.append({ ...line, text: '1' })
  await audit.append({ ...line, text: '2' })
  const [key = ''] = await store.keys('audit-')
  const text = new TextDecoder().decode(await store.get(key))
  await store.set(key, new TextEncoder().encode(`{"torn\n${text}null\n7\n`))
  expect((await trail(store).trail.read()).map((entry) => entry.text)).toEqual(['1', '2'])
})
