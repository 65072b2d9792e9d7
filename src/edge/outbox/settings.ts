import { systemClock } from '../../edge/system-clock.js'
import { type Clock, ConfigError, integerIn, oneOf, textIn } from '../../model/index.js'
import { type FileSystem, nodeFileSystem, nodePath } from '../file-system.js'
import { fileLease } from '../lease/file-lease.js'
import { type Boot, bootOf, machineBoot } from './boot.js'
import type { Files } from './files.js'
import type { Claim } from './lanes.js'

/** Where an outbox is, and what it may take. */
export interface OutboxOptions {
  /**
   * The directory, made when it is first needed. One directory belongs to one process: in a cluster give each worker its own. What names the same directory
   * in a process shares it, with one limit; the options below are then those of whoever came first.
   */
  readonly dir: string
  /** The most bytes that all files in it may take, in whole blocks. From 256 KiB to 64 GiB. @defaultValue 64 MiB */
  readonly maxBytes?: number
  /**
   * When what was written is made safe from a power cut: `'group'`, all of a second together, so that a power cut loses the last second at most; `'each'`, before it
   * counts as accepted; `'none'`, when the system likes, often half a minute later. From the death of the process alone it is safe once accepted, in each mode.
   * @defaultValue `'group'`
   */
  readonly sync?: 'group' | 'each' | 'none'
  /**
   * What is written: `'always'` everything, before it is sent; `'offline'` only what could not be sent, so that nothing is written while all is well. Something then
   * counts as accepted when it has arrived or is on disk. @defaultValue `'always'`
   */
  readonly write?: 'always' | 'offline'
  /** The most bytes to keep in memory while the disk is unwritable. From 64 KiB to 1 GiB. @defaultValue 4 MiB */
  readonly maxMemory?: number
  /** Time, for tests. @defaultValue the machine's */
  readonly clock?: Clock
}

/** The same, checked. */
export interface OutboxSettings {
  readonly dir: string
  readonly maxBytes: number
  readonly sync: 'group' | 'each' | 'none'
  readonly write: 'always' | 'offline'
  readonly maxMemory: number
  readonly clock: Clock
  readonly boot: Boot
  readonly fs: FileSystem
  /** Makes the directory this process's own; `undefined` when it is another one's. */
  claim(): Promise<Claim | undefined>
}

/** What the disk of a lane works with. */
export interface LaneSettings {
  readonly lane: string
  readonly priority: number
  readonly files: Files
  readonly boot: Boot
  readonly clock: Clock
  /** After so many bytes a segment is full. */
  readonly segmentSize: number
  /** Whether a segment is synced before it is closed. */
  readonly syncs: boolean
}

export const OUTBOX_OPTIONS: readonly (keyof OutboxOptions)[] = [
  'dir',
  'maxBytes',
  'sync',
  'write',
  'maxMemory',
  'clock',
]

/** The name of a lane, checked: it becomes a part of file names. @throws ConfigError naming the field. */
export function laneIn(field: string, name: unknown): string {
  const lane = textIn(field, name, 40)
  if (!/^[a-z0-9_]+$/.test(lane)) throw new ConfigError(field, '1 to 40 of a-z, 0-9 and _', lane)
  return lane
}

/** @throws ConfigError naming the field. */
export function outboxSettingsOf(who: string, options: OutboxOptions): OutboxSettings {
  const { dir, maxBytes = 2 ** 26, sync = 'group', write = 'always', maxMemory = 2 ** 22, clock } = options
  if (textIn(`${who}.dir`, dir, 3_000).includes('\0')) throw new ConfigError(`${who}.dir`, 'a path without NUL', dir)
  const path = nodePath().resolve(dir)
  return {
    dir: path,
    maxBytes: integerIn(`${who}.maxBytes`, maxBytes, 2 ** 18, 2 ** 36),
    sync: oneOf(`${who}.sync`, sync, ['group', 'each', 'none']),
    write: oneOf(`${who}.write`, write, ['always', 'offline']),
    maxMemory: integerIn(`${who}.maxMemory`, maxMemory, 2 ** 16, 2 ** 30),
    clock: clock ?? systemClock(),
    boot: clock ? bootOf(clock) : machineBoot(),
    fs: nodeFileSystem(),
    claim: () => fileLease(nodePath().join(path, 'owner')).acquire('outbox', new AbortController().signal),
  }
}
