import { ATTRIBUTE, SIGNAL } from '../semconv.js'
import { row, type SignalRow } from './row.js'

/** `pi()` */
export const PI = {
  temperature: row`${SIGNAL.temperature} | Cel | hw.id | of the processor (cpu-thermal) and other chips` as SignalRow,
  temperatureLimit: row`hw.temperature.limit | Cel | hw.id hw.limit_type | trip points of the kernel` as SignalRow,
  status:
    row`${SIGNAL.hardwareStatus} | 1 | hw.id hw.type hw.state [hw.model] | 1 for the state that a part is in, 0 for the others: the supply (voltage), the fan, an eMMC (physical_disk)` as SignalRow,
  throttling:
    row`${SIGNAL.throttling} | 1 | ${ATTRIBUTE.condition} | 1 while the firmware holds the processor back: frequency_capped, throttled, soft_temperature_limit` as SignalRow,
  throttled:
    row`pi_uptime.pi.throttling.since_boot | 1 | ${ATTRIBUTE.condition} | the same and under_voltage: 1 when it was so at any time since the boot` as SignalRow,
  underVoltageAge:
    row`${SIGNAL.underVoltageAge} | s | hw.model | since the last under-voltage that is on record, also from before a reboot; not observed where none is` as SignalRow,
  underVoltageEpisodes:
    row`pi_uptime.pi.under_voltage.episodes | {episode} | – | under-voltages on record of the last 7 days` as SignalRow,
  frequency: row`system.cpu.frequency | Hz | cpu.logical_number | at which a processor runs` as SignalRow,
  fan: row`hw.fan.speed | rpm | hw.id | of the fan` as SignalRow,
  fanRatio: row`hw.fan.speed_ratio | 1 | hw.id | how fast the fan is told to turn` as SignalRow,
  voltage:
    row`${SIGNAL.voltage} | V | hw.id | rails of the power chip, the supply's own (EXT5V) among them; Pi 5` as SignalRow,
  current: row`pi_uptime.pi.rail.current | A | hw.id | through the rails that are measured; Pi 5` as SignalRow,
  power:
    row`hw.power | W | hw.id hw.type | of these rails together, so a lower bound: the input is not measured; Pi 5` as SignalRow,
  supplyLimit: row`${SIGNAL.supplyLimit} | A | hw.model | what the supply says that it can give; Pi 5` as SignalRow,
  endurance:
    row`hw.physical_disk.endurance_utilization | 1 | hw.id hw.physical_disk.state | what is left of an eMMC's life, in tenths, the worse of its two areas` as SignalRow,
  written:
    row`pi_uptime.pi.storage.written | By | system.device.name | written to the card since the record began` as SignalRow,
  life: row`${SIGNAL.storageLife} | d | system.device.name | how long the card lasts at the pace of writing on record, by its size and the rewrites that it is taken to stand` as SignalRow,
  errors:
    row`${SIGNAL.hardwareErrors} | {error} | hw.id hw.type error.type | errors that an ext4 file system on the card has on record` as SignalRow,
  wifi: row`${SIGNAL.wifi} | {dBm} | network.interface.name | strength of the Wi-Fi signal` as SignalRow,
  wifiQuality:
    row`pi_uptime.pi.wifi.quality | 1 | network.interface.name | quality of the link, as the driver rates it` as SignalRow,
  watchdog:
    row`pi_uptime.pi.watchdog.active | 1 | pi_uptime.pi.watchdog.owner | 1 while a process keeps the hardware watchdog, and which: systemd, another, or none` as SignalRow,
} as const
