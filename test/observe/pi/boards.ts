import type { Tree } from '../trees.js'

/** Boards that are told apart by what they have and what they want. */
const BOARDS = {
  'Pi 4': { model: 'Raspberry Pi 4 Model B Rev 1.5', revision: 'c03115', cpus: 4, kilohertz: 1_800_000, uptime: 7_200 },
  'Pi 5': { model: 'Raspberry Pi 5 Model B Rev 1.1', revision: 'd04171', cpus: 4, kilohertz: 2_400_000, uptime: 7_200 },
  'Zero 2 W': {
    model: 'Raspberry Pi Zero 2 W Rev 1.0',
    revision: '902120',
    cpus: 4,
    kilohertz: 1_000_000,
    uptime: 7_200,
  },
  CM4: {
    model: 'Raspberry Pi Compute Module 4 Rev 1.1',
    revision: 'b03141',
    cpus: 4,
    kilohertz: 1_500_000,
    uptime: 7_200,
  },
} as const

export type BoardName = keyof typeof BOARDS

export const boardNames = Object.keys(BOARDS) as BoardName[]

/** A board that is well: what the kernel and the firmware of Raspberry Pi OS show. */
export function board(name: BoardName): Tree {
  const { model, revision, cpus, kilohertz, uptime } = BOARDS[name]
  const zone = 'sys/class/thermal/thermal_zone0'
  const card = 'sys/block/mmcblk0'
  const tree: Record<string, string> = {
    'proc/device-tree/model': `${model}\0`,
    'proc/cpuinfo': `processor\t: 0\nBogoMIPS\t: 108.00\n\nRevision\t: ${revision}\nSerial\t\t: 100000001234abcd\nModel\t\t: ${model}\n`,
    'proc/uptime': `${uptime}.00 ${uptime}.00\n`,
    'proc/sys/kernel/random/boot_id': '5f0c9c5e-5f6c-4f57-8d8e-0f2f9b6f7c11\n',
    'proc/1/comm': 'systemd\n',
    'proc/mounts':
      '/dev/mmcblk0p2 / ext4 rw,noatime 0 0\n/dev/mmcblk0p1 /boot/firmware vfat rw,relatime 0 0\ntmpfs /tmp tmpfs rw 0 0\n',
    'proc/net/wireless':
      'Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE\n face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22\n wlan0: 0000   56.  -54.  -256        0      0      0      1      0        0\n',
    [`${zone}/type`]: 'cpu-thermal\n',
    [`${zone}/temp`]: '51540\n',
    [`${zone}/trip_point_0_type`]: 'active\n',
    [`${zone}/trip_point_0_temp`]: '55000\n',
    [`${zone}/trip_point_1_type`]: 'critical\n',
    [`${zone}/trip_point_1_temp`]: '110000\n',
    'sys/class/hwmon/hwmon0/name': 'cpu_thermal\n',
    'sys/class/hwmon/hwmon0/temp1_input': '51540\n',
    'sys/class/hwmon/hwmon10/name': 'rpi_volt\n',
    'sys/class/hwmon/hwmon10/in0_lcrit_alarm': '0\n',
    [`${card}/stat`]: '1000 10 80000 500 2000 20 160000 900 0 1200 1400 0 0 0 0 0 0\n',
    [`${card}/size`]: '62521344\n',
    'sys/fs/ext4/mmcblk0p2/errors_count': '0\n',
    'sys/class/watchdog/watchdog0/state': 'active\n',
  }
  for (let cpu = 0; cpu < cpus; cpu++)
    tree[`sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_cur_freq`] = `${kilohertz}\n`
  if (name === 'Pi 5') Object.assign(tree, five)
  else tree['sys/devices/platform/soc/soc:firmware/get_throttled'] = '0\n'
  if (name === 'CM4') {
    tree[`${card}/device/life_time`] = '0x02 0x01\n'
    tree[`${card}/device/pre_eol_info`] = '0x01\n'
  }
  return tree
}

/** What only a Pi 5 has. */
const five: Tree = {
  'proc/device-tree/chosen/power/max_current': '\0\0\x13\x88',
  'sys/class/hwmon/hwmon2/name': 'rp1_adc\n',
  'sys/class/hwmon/hwmon2/temp1_input': '49000\n',
  'sys/class/hwmon/hwmon3/name': 'pwmfan\n',
  'sys/class/hwmon/hwmon3/fan1_input': '2890\n',
  'sys/class/hwmon/hwmon3/pwm1': '102\n',
}

/** Something that is wrong with a board: what it shows then, and the bits of `vcgencmd get_throttled`. */
export interface Trouble {
  readonly shows: Tree
  readonly bits?: number
  /** Which boards can have it. @defaultValue all */
  readonly only?: BoardName
  /** What a person is told. */
  readonly says: RegExp
}

export const TROUBLES: Readonly<Record<string, Trouble>> = {
  'under-voltage': {
    shows: { 'sys/class/hwmon/hwmon10/in0_lcrit_alarm': '1\n' },
    bits: 0x50005,
    says: /^under-voltage since \d\d:\d\d UTC: use a 5 V (3|5|2\.5) A supply/,
  },
  'past under-voltage': {
    shows: {},
    bits: 0x50000,
    says: /^there was an under-voltage at \d\d:\d\d UTC: use a 5 V (3|5|2\.5) A supply/,
  },
  heat: {
    shows: { 'sys/class/thermal/thermal_zone0/temp': '86100\n' },
    bits: 0xe000e,
    says: /^the processor has 86\.1 °C, 80 °C or more since \d\d:\d\d UTC: give it a heatsink/,
  },
  'a read-only root': {
    shows: { 'proc/mounts': '/dev/mmcblk0p2 / ext4 ro,noatime 0 0\n' },
    says: /^\/ is mounted read-only since \d\d:\d\d UTC: .*replace the card/,
  },
  'weak Wi-Fi': {
    shows: { 'proc/net/wireless': ' wlan0: 0000   19.  -87.  -256        0      0      0    813      0        9\n' },
    says: /^the Wi-Fi of wlan0 is weak, -87 dBm, since \d\d:\d\d UTC: move the board/,
  },
  'a fan that stands still': {
    shows: { 'sys/class/hwmon/hwmon3/fan1_input': '0\n' },
    only: 'Pi 5',
    says: /^the fan pwmfan is told to turn and stands still since .*: free it/,
  },
  'a supply that is too small': {
    shows: { 'proc/device-tree/chosen/power/max_current': '\0\0\x0b\xb8' },
    only: 'Pi 5',
    says: /^the supply says that it can give 3 A: .*use a 5 V 5 A supply/,
  },
  'errors of the file system': {
    shows: { 'sys/fs/ext4/mmcblk0p2/errors_count': '7\n' },
    says: /^the file system on mmcblk0p2 has 7 errors on record: save what matters/,
  },
  'an eMMC near its end': {
    shows: { 'sys/block/mmcblk0/device/life_time': '0x0a 0x03\n', 'sys/block/mmcblk0/device/pre_eol_info': '0x01\n' },
    only: 'CM4',
    says: /^mmcblk0 is near the end of its life: plan to replace it/,
  },
  'an eMMC that is worn out': {
    shows: { 'sys/block/mmcblk0/device/life_time': '0x0b 0x0a\n', 'sys/block/mmcblk0/device/pre_eol_info': '0x03\n' },
    only: 'CM4',
    says: /^mmcblk0 has worn to the end of its life: save what matters and replace it now/,
  },
  'a card that is written to death': {
    shows: {
      'proc/uptime': '172800.00 1.00\n',
      'sys/block/mmcblk0/stat': '1000 10 80000 500 2000 20 1280000000 900 0 1200 1400\n',
    },
    says: /^at this pace of writing mmcblk0 lasts some [\d.]+ days more: write less/,
  },
}
