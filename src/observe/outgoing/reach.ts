import { ConfigError } from '../../model/index.js'
import { Boundary, RefusedAddressError } from './boundary.js'

/** Which addresses may be called: those that are judged are the ones that are connected to, however they were written and whatever a name leads to. */
export interface ReachOptions {
  /** Whether loopback and private addresses may be called (RFC 1918, RFC 6598, unique local). @defaultValue `false` */
  readonly private?: boolean
  /**
   * Further ranges that may be called, such as `'169.254.0.0/16'`: link-local ones, among them the metadata services of clouds, are
   * called only when they are named here. At most 64. @defaultValue none
   */
  readonly allow?: readonly string[]
}

/** The names of the options. */
export const REACH_OPTIONS = ['private', 'allow'] as const

const MOST_RANGES = 64

/** @param inside - whether private addresses may be called where nothing is said. @throws ConfigError naming the field. */
export function boundaryIn(who: string, options: ReachOptions, inside = false): Boundary {
  const isPrivate = options.private ?? inside
  if (typeof isPrivate !== 'boolean') throw new ConfigError(`${who}.private`, 'true or false', isPrivate)
  return new Boundary(isPrivate, rangesIn(`${who}.allow`, options.allow ?? []))
}

/** Refuses at once what is written as an address that must not be called; a name is judged when it is called. @throws ConfigError without the address in it. */
export function checkHost(who: string, { hostname }: URL, boundary: Boundary): void {
  try {
    boundary.check(/(?:^|\.)localhost\.?$/i.test(hostname) ? '127.0.0.1' : hostname)
  } catch (error) {
    if (!(error instanceof RefusedAddressError)) throw error
    const range = "a public address; a private one only with 'private: true', any other only with its range in 'allow'"
    throw new ConfigError(`${who}.url`, range, '(hidden)')
  }
}

/** Ranges of addresses, such as `'10.0.0.0/8'` and `'fd00::/8'`. @throws ConfigError */
function rangesIn(field: string, ranges: readonly string[]): readonly string[] {
  if (!Array.isArray(ranges) || ranges.length > MOST_RANGES)
    throw new ConfigError(field, `a list of at most ${MOST_RANGES} ranges`, ranges)
  for (const range of ranges) {
    const [, address = '', bits] = /^([\d.a-f:]{2,45})\/(\d{1,3})$/i.exec(String(range)) ?? []
    const family = process.getBuiltinModule('node:net').isIP(address)
    if (family === 0 || Number(bits) > (family === 4 ? 32 : 128))
      throw new ConfigError(field, "a range of addresses, such as '10.0.0.0/8'", range)
  }
  return ranges
}
