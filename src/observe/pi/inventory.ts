import type { Files } from '../machine/files.js'
import { numberOf } from '../machine/text.js'

const MOST_ZONES = 8
const MOST_TRIPS = 12
const MOST_HWMONS = 32
const MOST_CPUS = 8
const MOST_CARDS = 4

/** A thermal zone and the limits that the kernel acts upon, in degrees Celsius. */
export interface Zone {
  readonly id: string
  readonly path: string
  readonly limits: ReadonlyMap<string, number>
}

/** What a board has; found anew now and then, since hwmon numbers vary and cards are changed. */
export interface Inventory {
  readonly zones: readonly Zone[]
  /** Directories of sensors by the name of the driver. */
  readonly hwmons: ReadonlyMap<string, string>
  readonly cpus: readonly number[]
  /** Cards and eMMCs: mmcblk0 and on. */
  readonly cards: readonly string[]
  /** ext4 file systems on them. */
  readonly filesystems: readonly string[]
}

export async function takeInventory(files: Files): Promise<Inventory> {
  const zones = ((await files.list('/sys/class/thermal', 64)) ?? []).filter((name) => /^thermal_zone\d+$/.test(name))
  const found: Zone[] = []
  for (const zone of zones.slice(0, MOST_ZONES)) found.push(await zoneAt(files, `/sys/class/thermal/${zone}`))
  const cpus = (await files.list('/sys/devices/system/cpu', 64)) ?? []
  const cards = ((await files.list('/sys/block', 256)) ?? []).filter((name) => /^mmcblk\d+$/.test(name))
  const filesystems = ((await files.list('/sys/fs/ext4', 64)) ?? []).filter((name) => /^mmcblk\d+p\d+$/.test(name))
  return {
    zones: found,
    hwmons: await hwmonsIn(files),
    cpus: cpus
      .filter((name) => /^cpu\d+$/.test(name))
      .slice(0, MOST_CPUS)
      .map((name) => Number(name.slice(3))),
    cards: cards.slice(0, MOST_CARDS),
    filesystems: filesystems.slice(0, MOST_CARDS),
  }
}

async function zoneAt(files: Files, path: string): Promise<Zone> {
  const id = ((await files.text(`${path}/type`)) ?? '').trim().slice(0, 64) || path.slice(path.lastIndexOf('/') + 1)
  const limits = new Map<string, number>()
  for (let i = 0; i < MOST_TRIPS; i++) {
    const type = await files.text(`${path}/trip_point_${i}_type`)
    if (type === undefined) break
    const celsius = degreesOf(await files.text(`${path}/trip_point_${i}_temp`))
    const limit = LIMITS[type.trim()]
    if (limit === undefined || celsius === undefined) continue
    limits.set(limit, Math.min(celsius, limits.get(limit) ?? celsius))
  }
  return { id, path, limits }
}

/** Trip points in OpenTelemetry's words; `active` ones are steps of a fan, and no limits. */
const LIMITS: Readonly<Record<string, string>> = {
  critical: 'high.critical',
  hot: 'high.degraded',
  passive: 'throttled',
}

async function hwmonsIn(files: Files): Promise<ReadonlyMap<string, string>> {
  const hwmons = new Map<string, string>()
  for (const entry of (await files.list('/sys/class/hwmon', MOST_HWMONS)) ?? []) {
    const path = `/sys/class/hwmon/${entry}`
    const name = ((await files.text(`${path}/name`)) ?? '').trim().slice(0, 64)
    if (name !== '' && !hwmons.has(name)) hwmons.set(name, path)
  }
  return hwmons
}

/** Thousandths of a degree as degrees Celsius; what no chip can have is no measurement. */
export function degreesOf(text: string | undefined): number | undefined {
  const celsius = (numberOf(text) ?? Number.NaN) / 1000
  return celsius > -60 && celsius < 200 ? celsius : undefined
}
