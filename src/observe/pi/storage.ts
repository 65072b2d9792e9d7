import { PI } from '../../model/signals/pi.js'
import { parseBlockStat } from '../host/parse-disks.js'
import type { Files } from '../machine/files.js'
import type { Gauges } from '../machine/gauges.js'
import { fieldsOf, numberOf } from '../machine/text.js'
import type { Inventory } from './inventory.js'
import { parseWear } from './parse-storage.js'
import type { BoardRecord, Writing } from './record.js'
import { takeStatus } from './sensors.js'

const SECTOR = 512
const DAY = 86_400
/** No projection is made from less running time on record, in seconds. */
const LEAST = DAY
const LONGEST_LIFE = 36_500

/** Wear of an eMMC by its own word, of any card by what is written to it, and errors on record of the file systems. */
export async function takeStorage(
  files: Files,
  gauges: Gauges,
  { cards, filesystems }: Inventory,
  record: BoardRecord,
  plan: { readonly rewrites: number; readonly boot: string; readonly uptime: number | undefined },
): Promise<void> {
  for (const card of cards) {
    await takeWear(files, gauges, card)
    const stat = parseBlockStat(card, fieldsOf((await files.text(`/sys/block/${card}/stat`)) ?? ''))
    const size = numberOf(await files.text(`/sys/block/${card}/size`))
    if (!stat || plan.uptime === undefined) continue
    const writing = record.written(card, plan.boot, stat.writeBytes, plan.uptime)
    gauges.gauge(PI.written, writing?.total, card)
    if (writing && size) gauges.gauge(PI.life, lifeOf(writing, size * SECTOR, plan.rewrites), card)
  }
  for (const name of filesystems) {
    const errors = numberOf(await files.text(`/sys/fs/ext4/${name}/errors_count`))
    gauges.gauge(PI.errors, errors, name, 'logical_disk', 'ext4')
  }
}

async function takeWear(files: Files, gauges: Gauges, card: string): Promise<void> {
  const at = `/sys/block/${card}/device`
  const wear = parseWear((await files.text(`${at}/life_time`)) ?? '', (await files.text(`${at}/pre_eol_info`)) ?? '')
  if (!wear) return
  gauges.gauge(PI.endurance, wear.left, card, 'remaining')
  takeStatus(gauges, card, 'physical_disk', wear.state)
}

/** Days until so many bytes are written, at the pace on record; `undefined` before a day of it, or where nothing is written. */
function lifeOf({ total, bytes, seconds }: Writing, size: number, rewrites: number): number | undefined {
  if (seconds < LEAST || bytes <= 0) return undefined
  const left = Math.max(0, size * rewrites - total)
  return Math.min(LONGEST_LIFE, left / ((bytes / seconds) * DAY))
}
