import type { Tree } from '../trees.js'

/** What the kernel's counters of a machine stand at: a number for each second that it has run. */
export interface Counters {
  readonly seconds: number
  /** Bytes that disk and network have moved a second. */
  readonly pace?: number
}

/** A machine with two disks, two interfaces and swap, on which all moves at a steady pace: so every rate is known. */
export function machine({ seconds, pace = 1_000_000 }: Counters): Tree {
  const bytes = seconds * pace
  const sectors = bytes / 512
  return {
    'proc/stat': `cpu  ${seconds * 100} ${seconds * 20} ${seconds * 60} ${seconds * 200} ${seconds * 10} ${seconds * 2} ${seconds * 3} ${seconds * 5} 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\nintr 99\nbtime 1700000000\n`,
    'proc/loadavg': '1.50 1.25 0.75 2/345 6789\n',
    'proc/uptime': `${seconds}.25 ${3 * seconds}.00\n`,
    'proc/meminfo':
      'MemTotal:        4000000 kB\nMemFree:         1000000 kB\nMemAvailable:    3000000 kB\nBuffers:          100000 kB\nCached:          1500000 kB\nSwapCached:            0 kB\nSwapTotal:       1000000 kB\nSwapFree:         750000 kB\n',
    'proc/vmstat': `nr_free_pages 1000\npgfault ${seconds * 1000}\npgmajfault ${seconds * 5}\npswpin ${seconds * 2}\npswpout ${seconds * 3}\noom_kill ${Math.floor(seconds / 100)}\n`,
    'proc/diskstats': [
      `   8       0 sda ${seconds * 10} 0 ${sectors} ${seconds * 50} ${seconds * 20} 0 ${2 * sectors} ${seconds * 400} 0 ${seconds * 300} 0`,
      `   8       1 sda1 ${seconds * 10} 0 ${sectors} ${seconds * 50} 0 0 0 0 0 0 0`,
      `   7       0 loop0 1 2 3 4 5 6 7 8 9 10 11`,
      ` 259       0 nvme0n1 0 0 0 0 0 0 0 0 0 0 0`,
    ].join('\n'),
    'proc/mounts':
      '/dev/sda1 / ext4 rw,noatime 0 0\n/dev/sda1 /bind ext4 rw 0 0\nproc /proc proc rw 0 0\ntmpfs /run tmpfs rw 0 0\nnas:/a /nas nfs4 rw 0 0\n/dev/sda2 /my\\040disk vfat ro 0 0\n',
    'etc/fstab': '# <file system> <mount point>\n/dev/sda2 /my\\040disk vfat ro 0 2\n',
    'proc/net/dev': `Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    lo: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n  eth0:${bytes} ${seconds * 700} ${seconds} ${2 * seconds} 0 0 0 0 ${2 * bytes} ${seconds * 900} 0 ${3 * seconds} 0 0 0 0\nveth12: 5 5 0 0 0 0 0 0 5 5 0 0 0 0 0 0\n`,
    'proc/net/snmp': `Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: RtoAlgorithm ActiveOpens CurrEstab InSegs OutSegs RetransSegs\nTcp: 1 5 7 0 ${seconds * 1000} ${seconds * 20}\n`,
    'proc/net/sockstat': 'sockets: used 200\nTCP: inuse 4 orphan 0 tw 2 alloc 5 mem 1\nUDP: inuse 1 mem 0\n',
    'proc/net/tcp':
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0\n   1: 0100007F:0CEA 0100007F:9999 08 00000000:00000000 00:00000000 00000000     0        0 1 1 0 20 4 30 10 -1\n',
    'proc/net/tcp6':
      '  sl  local_address                         remote_address                        st\n   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0\n   1: 0:1F90 0:0001 01 0\n',
    'proc/pressure/cpu': `some avg10=9.99 avg60=0.00 avg300=0.00 total=${seconds * 250_000}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n`,
    'proc/pressure/io': `some avg10=0.00 avg60=0.00 avg300=0.00 total=${seconds * 100_000}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${seconds * 50_000}\n`,
    'sys/block/zram0/mm_stat': '  400000   100000   120000        0   120000        0        0        0        0\n',
    'sys/class/rtc/rtc0/since_epoch': '1704067195\n',
    'run/systemd/timesync/synchronized': '',
  }
}
