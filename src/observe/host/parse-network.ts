import { countsOf, fieldsOf, linesOf, numberOf } from '../machine/text.js'

const MOST = 32
const MOST_LINES = 512
const MOST_SOCKETS = 2_000
/** The loopback, and the host's ends of containers, which come and go by the hundred. */
const LEFT_OUT = /^(?:lo|veth.*|cali.*|cni.*|lxc.*|ifb\d*)$/

/** What an interface has carried since it is up. */
export interface Interface {
  readonly name: string
  readonly received: Traffic
  readonly sent: Traffic
}

/** One direction of an interface. */
export interface Traffic {
  readonly bytes: number
  readonly packets: number
  readonly errors: number
  readonly dropped: number
}

/** /proc/net/dev */
export function parseInterfaces(text: string): readonly Interface[] {
  const interfaces: Interface[] = []
  for (const line of linesOf(text, MOST_LINES)) {
    const colon = line.lastIndexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim()
    const counts = countsOf(fieldsOf(line.slice(colon + 1)).slice(0, 16))
    if (name === '' || name.length > 64 || LEFT_OUT.test(name) || counts?.length !== 16) continue
    if (interfaces.length < MOST)
      interfaces.push({ name, received: trafficOf(counts), sent: trafficOf(counts.slice(8)) })
  }
  return interfaces
}

function trafficOf([bytes = 0, packets = 0, errors = 0, dropped = 0]: readonly number[]): Traffic {
  return { bytes, packets, errors, dropped }
}

/** Segments of TCP since the boot, and connections now. */
export interface Tcp {
  readonly sent: number
  readonly retransmitted: number
  readonly established: number
}

/** /proc/net/snmp: a line of names and a line of numbers for each protocol. */
export function parseTcp(text: string): Tcp | undefined {
  const [names = '', numbers = ''] = linesOf(text, MOST_LINES).filter((line) => line.startsWith('Tcp:'))
  const keys = fieldsOf(names)
  const fields = fieldsOf(numbers)
  const value = (key: string): string | undefined => fields[keys.indexOf(key)]
  const counts = countsOf([value('OutSegs'), value('RetransSegs'), value('CurrEstab')])
  if (!counts) return undefined
  const [sent = 0, retransmitted = 0, established = 0] = counts
  return { sent, retransmitted, established }
}

/** /proc/net/sockstat: TCP sockets in use and waiting for their end. Cheap, however many there are. */
export function parseSockets(text: string): { readonly inUse: number; readonly waiting: number } | undefined {
  const fields = fieldsOf(linesOf(text, MOST_LINES).find((line) => line.startsWith('TCP:')) ?? '')
  const after = (key: string): string | undefined => fields[fields.indexOf(key, 1) + 1]
  const [inUse, waiting] = countsOf([after('inuse'), after('tw')]) ?? []
  return inUse === undefined || waiting === undefined ? undefined : { inUse, waiting }
}

/** The states of TCP by the kernel's number, in OpenTelemetry's words; 12 is a connection that is just coming up. */
export const TCP_STATES: readonly string[] = [
  ...['', 'established', 'syn_sent', 'syn_received', 'fin_wait_1', 'fin_wait_2', 'time_wait', 'closed', 'close_wait'],
  ...['last_ack', 'listen', 'closing', 'syn_received'],
]

/** Adds the connections of /proc/net/tcp or tcp6 to the counts by state. */
export function countStates(text: string, counts: Map<string, number>): void {
  for (const line of linesOf(text, MOST_SOCKETS)) {
    const hex = fieldsOf(line)[3] ?? ''
    const state = /^[0-9A-F]{2}$/.test(hex) ? TCP_STATES[Number.parseInt(hex, 16)] : undefined
    if (state) counts.set(state, (counts.get(state) ?? 0) + 1)
  }
}

/** A Wi-Fi link. */
export interface Radio {
  readonly name: string
  /** From 0 to 1. */
  readonly quality: number
  /** In dBm. */
  readonly level: number
}

const BEST_QUALITY = 70

/** /proc/net/wireless. Drivers of old give the level as a byte. */
export function parseRadios(text: string): readonly Radio[] {
  const radios: Radio[] = []
  for (const line of linesOf(text, MOST)) {
    const [name = '', , link = '', dbm = ''] = fieldsOf(line)
    const quality = numberOf(link.replace(/\.$/, ''))
    const level = numberOf(dbm.replace(/\.$/, ''))
    if (!/^\S{1,64}:$/.test(name) || quality === undefined || level === undefined) continue
    if (quality < 0 || level < -256 || level > 255 || level === -256) continue
    radios.push({
      name: name.slice(0, -1),
      quality: Math.min(1, quality / BEST_QUALITY),
      level: level > 63 ? level - 256 : level,
    })
  }
  return radios
}
