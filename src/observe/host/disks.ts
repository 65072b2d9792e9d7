import { statfs } from 'node:fs'
import { HOST } from '../../model/signals/host.js'
import type { Files } from '../machine/files.js'
import type { Gauges } from '../machine/gauges.js'
import { type Mount, parseDisks, parseMounts } from './parse-disks.js'

export async function takeDisks(files: Files, gauges: Gauges): Promise<void> {
  for (const disk of parseDisks((await files.text('/proc/diskstats')) ?? '')) {
    const { name } = disk
    gauges.rate(HOST.diskIo, disk.readBytes, name, 'read')
    gauges.rate(HOST.diskIo, disk.writeBytes, name, 'write')
    const reads = gauges.rate(HOST.diskOperations, disk.reads, name, 'read')
    const writes = gauges.rate(HOST.diskOperations, disk.writes, name, 'write')
    const reading = gauges.perSecond(`time of reads ${name}`, disk.readTime / 1000)
    const writing = gauges.perSecond(`time of writes ${name}`, disk.writeTime / 1000)
    if (reads > 0) gauges.gauge(HOST.diskLatency, reading / reads, name, 'read')
    if (writes > 0) gauges.gauge(HOST.diskLatency, writing / writes, name, 'write')
    gauges.rate(HOST.diskBusy, disk.busyTime / 1000, name)
  }
}

/**
 * What is mounted, and whether it can be written to. `host()` and `pi()` both observe it: to a small board it is vital.
 *
 * @returns the file systems.
 */
export async function takeMounts(files: Files, gauges: Gauges): Promise<readonly Mount[]> {
  const mounts = parseMounts((await files.text('/proc/mounts')) ?? '')
  const wanted = parseMounts((await files.text('/etc/fstab')) ?? '')
  for (const { device, point, type, mode } of mounts) {
    if (type === 'overlay' || !device.startsWith('/dev/')) continue
    const asWanted = wanted.some((line) => line.point === point && line.mode === 'ro')
    gauges.gauge(HOST.readOnly, mode === 'ro' && !asWanted ? 1 : 0, device, point)
  }
  return mounts
}

/** Asks file systems how full they are, one after the other. One that never answers takes the others with it, and nothing else. */
export class Filling {
  #under = false

  /** Resolves when all have answered; not to be waited for. While it is under way, a further call does nothing. */
  async take(mounts: readonly Mount[], files: Files, gauges: Gauges): Promise<void> {
    if (this.#under) return
    this.#under = true
    for (const mount of mounts) await ask(mount, files.path(mount.point), gauges)
    this.#under = false
  }
}

function ask({ device, point, type, mode }: Mount, path: string, gauges: Gauges): Promise<void> {
  return new Promise((resolve) => {
    statfs(path, (error, found) => {
      resolve()
      if (error || found.blocks === 0) return
      const { bsize, blocks, bfree, bavail, files, ffree } = found
      const used = blocks - bfree
      const labels = [device, point, type, mode] as const
      gauges.gauge(HOST.filesystem, used * bsize, ...labels, 'used')
      gauges.gauge(HOST.filesystem, bavail * bsize, ...labels, 'free')
      gauges.gauge(HOST.filesystem, (bfree - bavail) * bsize, ...labels, 'reserved')
      if (used + bavail > 0) gauges.gauge(HOST.filesystemUtilization, used / (used + bavail), ...labels)
      if (files > 0) gauges.gauge(HOST.inodes, (files - ffree) / files, ...labels)
    })
  })
}
