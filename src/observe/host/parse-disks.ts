import { countsOf, fieldsOf, linesOf } from '../machine/text.js'

/** Disks, mounts and interfaces that are looked at, the first ones listed. */
const MOST = 32
const MOST_LINES = 512
/** The kernel counts in these, whatever the device has. */
const SECTOR = 512
/** In memory, or made of other files: not disks. */
const NO_DISK = /^(?:loop|ram|zram|sr|fd)\d/
/** A part of a disk: of sda, of nvme0n1 and mmcblk0. */
const PARTITION = /^(?:(?:[hsv]|xv)d[a-z]+\d+|(?:nvme\d+n\d+|mmcblk\d+)p\d+|mmcblk\d+boot\d+)$/

/** What a disk has done since the boot: counts, bytes and milliseconds. */
export interface Disk {
  readonly name: string
  readonly reads: number
  readonly readBytes: number
  readonly readTime: number
  readonly writes: number
  readonly writeBytes: number
  readonly writeTime: number
  readonly busyTime: number
}

/** /proc/diskstats: whole disks. */
export function parseDisks(text: string): readonly Disk[] {
  const disks: Disk[] = []
  for (const line of linesOf(text, MOST_LINES)) {
    const [, , name = '', ...rest] = fieldsOf(line)
    if (name === '' || name.length > 64 || NO_DISK.test(name) || PARTITION.test(name)) continue
    const disk = parseBlockStat(name, rest)
    if (disk && disks.length < MOST) disks.push(disk)
  }
  return disks
}

/** The fields of /sys/block/x/stat, or of a line of diskstats behind the name. */
export function parseBlockStat(name: string, fields: readonly string[]): Disk | undefined {
  const counts = fields.length >= 10 ? countsOf(fields.slice(0, 10)) : undefined
  if (!counts) return undefined
  const [reads = 0, , read = 0, readTime = 0, writes = 0, , written = 0, writeTime = 0, , busyTime = 0] = counts
  const [readBytes, writeBytes] = [read * SECTOR, written * SECTOR]
  return { name, reads, readBytes, readTime, writes, writeBytes, writeTime, busyTime }
}

/** A mounted file system. */
export interface Mount {
  readonly device: string
  readonly point: string
  readonly type: string
  readonly mode: 'rw' | 'ro'
}

/**
 * File systems on this machine's own disks, and a container's root. Not those of the network or of a program: asking one that
 * hangs would hang the asker. Not those which are read-only by nature.
 */
const TYPES = new Set('ext2 ext3 ext4 xfs btrfs f2fs bcachefs zfs vfat exfat ntfs3 jfs reiserfs overlay'.split(' '))

/** /proc/mounts and /etc/fstab have one form: the first mount of each device, so that bind mounts are left out. */
export function parseMounts(text: string): readonly Mount[] {
  const mounts: Mount[] = []
  const seen = new Set<string>()
  for (const line of linesOf(text, MOST_LINES)) {
    const [device = '', point = '', type = '', options = ''] = fieldsOf(line)
    const once = device === 'overlay' ? point : device
    if (device.startsWith('#') || !TYPES.has(type) || seen.has(once) || mounts.length >= MOST) continue
    if (!point.startsWith('/') || point.length > 512) continue
    seen.add(once)
    mounts.push({ device, point: unescaped(point), type, mode: options.split(',').includes('ro') ? 'ro' : 'rw' })
  }
  return mounts
}

/** Blanks in a path are written as `\040`; files are read byte by byte, and paths are UTF-8. */
function unescaped(path: string): string {
  const bytes = path.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8) & 255),
  )
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** Bytes of a compressed swap, in zram's mm_stat. */
export interface Zram {
  readonly original: number
  readonly compressed: number
  readonly resident: number
}

/** /sys/block/zram0/mm_stat */
export function parseZram(text: string): Zram | undefined {
  const [original, compressed, resident] = countsOf(fieldsOf(text).slice(0, 3)) ?? []
  if (original === undefined || compressed === undefined || resident === undefined) return undefined
  return { original, compressed, resident }
}
