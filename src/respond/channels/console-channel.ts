import {
  type Alert,
  type Channel,
  checkOptions,
  functionIn,
  nameOf,
  oneOf,
  type Severity,
  type Suspect,
} from '../../model/index.js'
import { isoTime, oneLine } from './one-line.js'

/** How a {@link consoleChannel} writes. */
export interface ConsoleChannelOptions {
  /** Gets each line, without its end. @defaultValue `console.error`, so that what the program prints stays clean */
  readonly write?: (line: string) => unknown
  /** @defaultValue whether standard error is a terminal that has them; never with a `write` of your own */
  readonly colors?: boolean
}

const SUSPECTS = 3
const LONGEST_TITLE = 400
const LONGEST_NAME = 160
const COLOR: Readonly<Record<Severity | 'resolved', string>> = {
  info: '36',
  warning: '33',
  critical: '31;1',
  resolved: '32',
}

/**
 * Tells on the console: one line for each alert, with time, severity, reason, service, title and the first suspects.
 *
 *     2026-11-23T12:00:00.000Z CRITICAL opened checkout: p95 of /pay is 2.1 s; suspects: db.pool.wait 62 %, cpu 20 %
 *
 * Names come from anywhere, so line ends and control characters in them are taken out.
 *
 * @throws ConfigError when an option is none.
 * @example
 * alert({ to: [consoleChannel(), webhook(process.env.HOOK_URL)] })
 */
export function consoleChannel(options: ConsoleChannelOptions = {}): Channel {
  checkOptions('consoleChannel', options, ['write', 'colors'])
  const write = functionIn('consoleChannel.write', options.write ?? ((line: string) => console.error(line)))
  const colors = oneOf('consoleChannel.colors', `${options.colors ?? (!options.write && colorful())}`, [
    'true',
    'false',
  ])
  return {
    name: 'console',
    async send(alert) {
      await write(lineOf(alert, colors === 'true'))
    },
  }
}

function colorful(): boolean {
  return process.stderr.isTTY === true && process.stderr.hasColors()
}

function lineOf({ incident, reason, service, time }: Alert, colors: boolean): string {
  const { severity, title, suspects } = incident
  const label = oneLine(`${severity.toUpperCase()} ${reason}`, LONGEST_NAME)
  const color = COLOR[reason === 'resolved' ? 'resolved' : severity]
  const marked = colors ? `\x1b[${color}m${label}\x1b[0m` : label
  const what = `${oneLine(service, LONGEST_NAME)}: ${oneLine(title, LONGEST_TITLE)}`
  return `${isoTime(time) ?? 'no time'} ${marked} ${what}${suspicion(suspects)}`
}

function suspicion(suspects: readonly Suspect[]): string {
  if (suspects.length === 0) return ''
  const named = suspects.slice(0, SUSPECTS).map(({ signal, weight }) => {
    return `${oneLine(nameOf(signal), LONGEST_NAME)} ${Math.round(100 * weight)} %`
  })
  const more = suspects.length > SUSPECTS ? ` and ${suspects.length - SUSPECTS} more` : ''
  return `; suspects: ${named.join(', ')}${more}`
}
