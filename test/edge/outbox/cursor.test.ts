import { expect, test } from 'vitest'
import { cursorOf, Done, SLOT, slotBytes } from '../../../src/edge/outbox/cursor.js'
import { CursorFile } from '../../../src/edge/outbox/cursor-file.js'
import { Files } from '../../../src/edge/outbox/files.js'
import { uniform } from '../../../src/math/random.js'
import { FragileDisk } from '../fragile-disk.js'

const PATH = '/outbox/metrics.cursor'

test('what a power cut left of a slot never becomes whole again by a later write that is torn as well', async () => {
  const disk = new FragileDisk()
  const files = new Files(disk.fs, '/outbox')
  await files.list()
  const before = new CursorFile(files, 'metrics')
  await before.open()
  await before.close()
  // a former run had done much of a segment whose number begins anew; half of what it put down is left
  const ghost = slotBytes(new Done({ segment: 1, offset: 3_443 }), 1, 'metrics').subarray(0, SLOT / 2)
  disk.replace(PATH, Buffer.concat([Buffer.alloc(SLOT), ghost]))

  const cursor = new CursorFile(files, 'metrics')
  await cursor.open()
  expect(cursor.done.upTo).toEqual({ segment: 0, offset: 0 })
  cursor.done.advance({ segment: 1, offset: 604 })
  await cursor.save()
  const found = new Set<number>()
  for (let seed = 0; seed < 1_000; seed++) {
    let draws = 0
    const cut = disk.afterReordering(() => uniform(seed, draws++))
    if (cut.names('/outbox').includes('metrics.cursor'))
      found.add(cursorOf(cut.bytes(PATH), 'metrics').done.upTo.offset)
  }
  expect([...found].sort()).toEqual([0, 604])
  await cursor.close()
})
