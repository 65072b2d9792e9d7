import { access } from 'node:fs/promises'
import type { Context, Emit } from '../../model/index.js'
import { PI } from '../../model/signals/pi.js'
import { takeMounts } from '../host/disks.js'
import { parseUptime } from '../host/parse-stat.js'
import { exec } from '../machine/exec.js'
import { Files } from '../machine/files.js'
import { Gauges } from '../machine/gauges.js'
import { type Ask, Firmware } from './firmware.js'
import { type Inventory, takeInventory } from './inventory.js'
import { type Board, parseBoard } from './parse-board.js'
import { parseSupplyLimit, takePower, takeRails } from './power.js'
import { BoardRecord } from './record.js'
import { takeFans, takeFrequencies, takeRadios, takeTemperatures, takeWatchdog } from './sensors.js'
import { takeStorage } from './storage.js'

/** How `pi()` runs: its options, checked. */
export interface PiPlan {
  /** Milliseconds. */
  readonly every: number
  readonly root: string
  /** Full rewrites that a card is taken to stand. */
  readonly rewrites: number
  /** Replaces vcgencmd. */
  readonly ask?: Ask
}

/** Where vcgencmd is, on Raspberry Pi OS of today and before. */
const PLACES = ['/usr/bin/vcgencmd', '/bin/vcgencmd', '/opt/vc/bin/vcgencmd']
/** vcgencmd answers within some milliseconds, or hangs. */
const DEADLINE = 2_000
/** The inventory is taken anew after so many passes. */
const PASSES = 60

/** Looks at the board until the source is ended; ends by itself, at once, on a machine that is no Raspberry Pi. */
export async function runPi(plan: PiPlan, emit: Emit, context: Context): Promise<void> {
  const files = new Files(plan.root)
  try {
    const board = await boardOf(files)
    if (board) await watch(board, plan, files, new Gauges(emit), context)
  } finally {
    files.close()
  }
}

/** Which board this is, if it is one. */
export async function boardOf(files: Files): Promise<Board | undefined> {
  const cpuinfo = (await files.text('/proc/cpuinfo')) ?? ''
  for (const place of ['/proc/device-tree/model', '/sys/firmware/devicetree/base/model']) {
    const board = parseBoard((await files.text(place)) ?? '', cpuinfo)
    if (board) return board
  }
  return undefined
}

async function watch(board: Board, plan: PiPlan, files: Files, gauges: Gauges, context: Context): Promise<void> {
  const { clock, abort, fault } = context
  const record = new BoardRecord(context)
  await record.load()
  const ask = plan.ask ?? (await vcgencmd(files, context))
  const supply = { board, record, firmware: new Firmware(ask, board.five, clock, fault) }
  const boot = ((await files.text('/proc/sys/kernel/random/boot_id')) ?? '').trim().slice(0, 64)
  const limit = parseSupplyLimit(await files.text('/proc/device-tree/chosen/power/max_current'))
  let inventory: Inventory | undefined
  for (let pass = 0; !abort.aborted; pass++) {
    if (!inventory || pass % PASSES === 0) inventory = await takeInventory(files)
    gauges.begin(clock.elapsed())
    const uptime = parseUptime((await files.text('/proc/uptime')) ?? '')
    void supply.firmware.look((rails) => takeRails(rails, gauges))
    await takePower(files, gauges, inventory, supply, uptime)
    gauges.gauge(PI.supplyLimit, limit, board.model)
    await takeTemperatures(files, gauges, inventory)
    await takeFrequencies(files, gauges, inventory)
    await takeFans(files, gauges, inventory)
    await takeMounts(files, gauges)
    await takeStorage(files, gauges, inventory, record, { rewrites: plan.rewrites, boot, uptime })
    await takeRadios(files, gauges)
    await takeWatchdog(files, gauges)
    await record.keep()
    await clock.sleep(plan.every, abort)
  }
  await record.close()
}

async function vcgencmd(files: Files, context: Context): Promise<Ask | undefined> {
  for (const place of PLACES.map((path) => files.path(path))) {
    const there = await access(place).then(
      () => true,
      () => false,
    )
    if (there) return async (what) => (await exec(place, [what], DEADLINE, context)).output
  }
  return undefined
}
