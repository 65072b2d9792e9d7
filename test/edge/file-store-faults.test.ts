import { expect, test } from 'vitest'
import { Directory } from '../../src/edge/directory.js'
import { FragileDisk, TEARS } from './fragile-disk.js'

const DIR = '/var/state'
const OLD = Buffer.from('the old bytes, in full')
const NEW = Buffer.from('the new and somewhat longer bytes, in full')

function storeOn(disk: FragileDisk): Directory {
  return new Directory(DIR, 1e6, disk.fs)
}

async function diskWithOld(): Promise<FragileDisk> {
  const disk = new FragileDisk()
  await storeOn(disk).set('key', OLD)
  disk.steps = 0
  return disk
}

async function textAt(disk: FragileDisk, key = 'key'): Promise<string | undefined> {
  const bytes = await storeOn(disk).get(key)
  return bytes && Buffer.from(bytes).toString()
}

/** Every disk that can be found after a power cut. */
function* found(disk: FragileDisk): Generator<FragileDisk> {
  const changes = Math.max(disk.unsynced(DIR), disk.unsynced('/var'), disk.unsynced('/'))
  for (let made = 0; made < 1 << changes; made++) for (const tear of TEARS) yield disk.afterPowerCut(made, tear)
}

test('a power cut at any step of a set leaves the old bytes or the new ones, and the new ones once set has resolved', async () => {
  let step = 0
  const seen = new Set<string | undefined>()
  for (let done = false; !done; step++) {
    const disk = await diskWithOld()
    disk.powerCutAt = step
    done = await storeOn(disk)
      .set('key', NEW)
      .then(
        () => true,
        () => false,
      )
    for (const after of found(disk)) {
      const text = await textAt(after)
      seen.add(text)
      expect(done ? [NEW.toString()] : [OLD.toString(), NEW.toString()], `step ${step}`).toContain(text)
    }
  }
  expect(step).toBeGreaterThan(8)
  expect(seen.size).toBe(2)
})

test('a power cut at any step of the very first set leaves nothing or the bytes, and the bytes once it has resolved', async () => {
  for (let step = 0, done = false; !done; step++) {
    const disk = new FragileDisk()
    disk.powerCutAt = step
    done = await storeOn(disk)
      .set('key', NEW)
      .then(
        () => true,
        () => false,
      )
    for (const after of found(disk)) {
      expect(done ? [NEW.toString()] : [undefined, NEW.toString()], `step ${step}`).toContain(await textAt(after))
    }
  }
})

test('a power cut at any step of a delete leaves the bytes or nothing, and nothing once it has resolved', async () => {
  for (let step = 0, done = false; !done; step++) {
    const disk = await diskWithOld()
    disk.powerCutAt = step
    done = await storeOn(disk)
      .delete('key')
      .then(
        () => true,
        () => false,
      )
    for (const after of found(disk)) {
      expect(done ? [undefined] : [undefined, OLD.toString()], `step ${step}`).toContain(await textAt(after))
    }
  }
})

test('after a power cut the half-written file is gone at the first use, and only keys are listed', async () => {
  for (let step = 0; step < 12; step++) {
    const disk = await diskWithOld()
    disk.powerCutAt = step
    await storeOn(disk)
      .set('key', NEW)
      .catch(() => {})
    for (const after of found(disk)) {
      expect(await storeOn(after).keys('')).toEqual(['key'])
      expect(after.names(DIR), `step ${step}`).toEqual(['key'])
    }
  }
})

test('a failure at any step rejects, leaves the old bytes, no rubbish and no open file, and the next set succeeds', async () => {
  let failures = 0
  for (const code of ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EDQUOT', 'EMFILE']) {
    for (let step = 0; ; step++) {
      const disk = await diskWithOld()
      const store = storeOn(disk)
      Object.assign(disk, { failAt: step, code })
      const error: unknown = await store.set('key', NEW).then(
        () => undefined,
        (reason) => reason,
      )
      if (step >= disk.steps) break
      disk.failAt = Number.POSITIVE_INFINITY
      expect(disk.names(DIR), `${code} at ${step}`).toEqual(['key'])
      const text = await textAt(disk)
      if (error === undefined) expect(text, `${code} at ${step}`).toBe(NEW.toString())
      else {
        failures++
        expect(error).toMatchObject({ code })
        expect([OLD.toString(), NEW.toString()]).toContain(text)
      }
      expect(disk.open, `${code} at ${step}`).toBe(0)
      await store.set('key', Buffer.from('next'))
      expect(await textAt(disk)).toBe('next')
    }
  }
  expect(failures).toBeGreaterThan(40)
})

test('a failure before the rename leaves the old bytes; after it, only syncing the directory can fail', async () => {
  const outcomes = new Set<string>()
  for (let step = 0; ; step++) {
    const disk = await diskWithOld()
    disk.failAt = step
    const { rename } = disk.fs
    let renamed = false
    disk.fs.rename = async (from, to) => {
      await rename(from, to)
      renamed = true
    }
    const failed = await storeOn(disk)
      .set('key', NEW)
      .then(
        () => false,
        () => true,
      )
    if (disk.steps <= step) break
    disk.failAt = Number.POSITIVE_INFINITY
    expect(await textAt(disk), `step ${step}`).toBe((renamed ? NEW : OLD).toString())
    if (failed) outcomes.add(renamed ? 'failed after' : 'failed before')
  }
  expect([...outcomes].sort()).toEqual(['failed after', 'failed before'])
})

test('a get that fails rejects with the reason and leaves no file open', async () => {
  for (let step = 0; ; step++) {
    const disk = await diskWithOld()
    disk.failAt = step
    const error: unknown = await storeOn(disk)
      .get('key')
      .then(
        () => undefined,
        (reason) => reason,
      )
    if (disk.steps <= step) break
    if (error !== undefined) expect(error).toMatchObject({ code: 'EIO' })
    expect(disk.open).toBe(0)
  }
})

test('many sets of one key at once write the first and the last, and all of them resolve when the last is there', async () => {
  const disk = new FragileDisk()
  const store = storeOn(disk)
  const first = store.set('key', OLD)
  while (disk.steps === 0) await Promise.resolve()
  let writes = 0
  const { rename } = disk.fs
  disk.fs.rename = async (from, to) => {
    writes++
    return rename(from, to)
  }
  const sets = Array.from({ length: 10_000 }, (_, i) => store.set('key', Buffer.from(`${i}`)))
  await sets[5]
  expect(await textAt(disk)).toBe('9999')
  await Promise.all([first, ...sets])
  expect(writes).toBe(2)
})

test('changes of one key are made in the order in which they were asked for', async () => {
  const disk = new FragileDisk()
  const store = storeOn(disk)
  await Promise.all([
    store.set('a', OLD),
    store.delete('a'),
    store.set('b', OLD),
    store.set('b', NEW),
    store.delete('c'),
  ])
  expect(await textAt(disk, 'a')).toBeUndefined()
  expect(await textAt(disk, 'b')).toBe(NEW.toString())
  await Promise.all([store.delete('a'), store.set('a', NEW)])
  expect(await textAt(disk, 'a')).toBe(NEW.toString())
})

test('a set that fails fails those that it has replaced too, and no later one', async () => {
  const disk = await diskWithOld()
  const store = storeOn(disk)
  const { rename } = disk.fs
  let renames = 0
  disk.fs.rename = async (from, to) => {
    if (++renames === 2) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    return rename(from, to)
  }
  const first = store.set('key', Buffer.from('1'))
  while (disk.steps === 0) await Promise.resolve()
  const results = await Promise.allSettled([first, ...['2', '3'].map((text) => store.set('key', Buffer.from(text)))])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(await textAt(disk)).toBe('1')
  await store.set('key', NEW)
  expect(await textAt(disk)).toBe(NEW.toString())
})

test('past a thousand keys with a change that waits, further ones are refused and nothing is lost of the others', async () => {
  const disk = new FragileDisk()
  const store = storeOn(disk)
  const sets = Array.from({ length: 1_500 }, (_, i) => store.set(`key-${i}`, OLD))
  const results = await Promise.allSettled(sets)
  const kept = results.filter(({ status }) => status === 'fulfilled').length
  expect(kept).toBeGreaterThanOrEqual(1_000)
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { message: expect.stringContaining('waiting') },
  })
  expect((await store.keys('')).length).toBe(kept)
})
