import { linesOf, numberOf } from '../machine/text.js'

/** What the firmware does about the processor. */
export interface Throttling {
  readonly underVoltage: boolean
  readonly capped: boolean
  readonly throttled: boolean
  /** The soft temperature limit is in force. */
  readonly soft: boolean
}

/** Now, and at any time since the boot. */
export interface Throttled {
  readonly now: Throttling
  readonly sinceBoot: Throttling
}

/** `throttled=0x50005` of vcgencmd, or the bare hexadecimal number of the twin in sysfs. */
export function parseThrottled(text: string): Throttled | undefined {
  const [, hex] = /^(?:throttled=0x)?([0-9a-f]{1,8})$/i.exec(text.trim()) ?? []
  if (hex === undefined) return undefined
  const bits = Number.parseInt(hex, 16)
  return { now: flagsOf(bits), sinceBoot: flagsOf(bits >>> 16) }
}

function flagsOf(bits: number): Throttling {
  const has = (bit: number): boolean => ((bits >>> bit) & 1) === 1
  return { underVoltage: has(0), capped: has(1), throttled: has(2), soft: has(3) }
}

/** A rail of the power chip; one of the two may not be measured. */
export interface Rail {
  readonly name: string
  readonly volts?: number
  readonly amperes?: number
}

const LINE = /^([A-Z0-9_]{1,32})_[AV] (current|volt)\(\d{1,3}\)=(-?[\d.]{1,20})[AV]$/
const MOST = 32

/** `vcgencmd pmic_read_adc`. What is neither between 0 and 60 V nor up to 20 A is no measurement. */
export function parseRails(text: string): readonly Rail[] {
  const rails = new Map<string, { name: string; volts?: number; amperes?: number }>()
  for (const line of linesOf(text, 2 * MOST)) {
    const [, name, kind, figure] = LINE.exec(line.trim()) ?? []
    const value = numberOf(figure)
    if (name === undefined || value === undefined || value < 0 || value > (kind === 'volt' ? 60 : 20)) continue
    const rail = rails.get(name) ?? { name }
    rail[kind === 'volt' ? 'volts' : 'amperes'] = value
    if (rails.size < MOST || rails.has(name)) rails.set(name, rail)
  }
  return [...rails.values()]
}

/** Watts of the rails of which both are measured. */
export function powerOf(rails: readonly Rail[]): number {
  return rails.reduce((sum, { volts = 0, amperes = 0 }) => sum + volts * amperes, 0)
}
