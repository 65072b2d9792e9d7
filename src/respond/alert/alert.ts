import {
  type Alert,
  type AlertReason,
  type Channel,
  ConfigError,
  type Context,
  checkOptions,
  compareSeverity,
  type Duration,
  duration,
  functionIn,
  type Incident,
  NONE,
  type Outcome,
  oneOf,
  type Responder,
  type Severity,
  textIn,
} from '../../model/index.js'
import { due, failed, type Note, note, type Policy, sent, underWay } from './note.js'

/** How {@link alert} tells people. */
export interface AlertOptions {
  /** Where to. Several get each alert, each tried again on its own. */
  readonly to: Channel | readonly Channel[]
  /** Incidents under this are not told. @defaultValue `'warning'` */
  readonly severity?: Severity
  /** How long an incident must have been open: one that is over before is never told. @defaultValue `'10s'` */
  readonly wait?: Duration
  /** How long after the last word a reminder comes while the incident stays open. @defaultValue `'4h'` */
  readonly remind?: Duration
  /** Which incidents, for more than severity. @defaultValue all */
  readonly when?: (incident: Incident) => boolean
  /** Names the responder where there are several with the same channels. @defaultValue `'alert'` and the channels' names */
  readonly name?: string
}

/** What was told of each incident to each channel. */
export interface AlertState {
  readonly notes: Note[]
}

/** One alert for one channel. */
export interface AlertOrder {
  readonly channel: number
  readonly reason: AlertReason
  readonly incident: Incident
  readonly time: number
}

/** Notes kept; past it the oldest is forgotten. */
const MOST_NOTES = 1_000

/**
 * Tells people about incidents, once, and says why: opened, worsened, reminder, resolved.
 *
 * What did not arrive is tried again after 1 s, 2 s, 4 s … 5 min until it has, or until it has lost its meaning: an incident
 * that closed before its opening was told is not told at all. Survives a restart without telling twice.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * alert({ to: webhook('https://hooks.example/ops'), wait: '30s' })
 */
export function alert(options: AlertOptions): Responder<AlertOrder, AlertState> {
  checkOptions('alert', options, ['to', 'severity', 'wait', 'remind', 'when', 'name'])
  const channels = channelsOf(options?.to)
  const chosen = options.when === undefined ? () => true : functionIn('alert.when', options.when)
  const policy: Policy = {
    wait: duration('alert.wait', options.wait ?? '10s', { min: 0 }),
    remind: duration('alert.remind', options.remind ?? '4h', { min: 1_000 }),
  }
  const least = oneOf('alert.severity', options.severity ?? 'warning', ['info', 'warning', 'critical'])
  const name = textIn('alert.name', options.name ?? `alert ${channels.map((channel) => channel.name).join(' ')}`)
  return {
    name: `${name}@1`,
    deadline: 60_000,
    start: () => ({ notes: [] }),
    push(state, incident, now) {
      const wanted = compareSeverity(incident.severity, least) >= 0 && chosen(incident)
      for (const channel of channels.keys()) take(state, incident, channel, wanted)
      return orders(state, now, policy)
    },
    tick: (state, now) => (state.notes.length > 0 ? orders(state, now, policy) : NONE),
    perform: (order, context) => send(channels[order.channel], order, context),
    settled(state, order, outcome, now) {
      learn(state, order, outcome, now)
      return orders(state, now, policy)
    },
    busy: (state) => state.notes.some(({ told, incident }) => told === null || incident.state === 'closed'),
  }
}

function channelsOf(to: unknown): readonly Channel[] {
  const channels = (Array.isArray(to) ? to : [to]) as readonly (Channel | undefined)[]
  for (const channel of channels) {
    if (typeof channel?.send !== 'function')
      throw new ConfigError('alert.to', 'a channel, or a list of channels: { name, send }', to)
    textIn('alert.to.name', channel.name)
  }
  if (channels.length === 0 || channels.length > 20)
    throw new ConfigError('alert.to', '1 to 20 channels', channels.length)
  return channels as readonly Channel[]
}

function take(state: AlertState, incident: Incident, channel: number, wanted: boolean): void {
  const at = state.notes.findIndex((other) => other.incident.id === incident.id && other.channel === channel)
  if (at >= 0) state.notes[at] = { ...(state.notes[at] as Note), incident }
  else if (wanted && incident.state === 'open') state.notes.push(note(incident, channel))
  if (state.notes.length > MOST_NOTES) state.notes.shift()
}

/** The alerts that are due, marked as under way; notes that nothing is left to tell of are forgotten. */
function orders(state: AlertState, now: number, policy: Policy): readonly AlertOrder[] {
  const found: AlertOrder[] = []
  for (let i = state.notes.length - 1; i >= 0; i--) {
    const present = state.notes[i] as Note
    const reason = due(present, now, policy)
    if (reason === 'forget') state.notes.splice(i, 1)
    else if (reason !== undefined) {
      state.notes[i] = underWay(present, now)
      found.unshift({ channel: present.channel, reason, incident: present.incident, time: now })
    }
  }
  return found
}

function learn(state: AlertState, order: AlertOrder, outcome: Outcome, now: number): void {
  const at = state.notes.findIndex(
    ({ incident, channel }) => incident.id === order.incident.id && channel === order.channel,
  )
  const present = state.notes[at]
  if (!present) return
  if (outcome.ok && order.reason === 'resolved') state.notes.splice(at, 1)
  else state.notes[at] = outcome.ok ? sent(present, order.incident, now) : failed(present, now)
}

async function send(channel: Channel | undefined, order: AlertOrder, context: Context): Promise<void> {
  if (!channel) return
  const { reason, incident, time } = order
  const summary = `${reason === 'opened' ? '' : `${reason}: `}${incident.severity} in ${context.service}: ${incident.title}`
  const message: Alert = { id: incident.id, reason, service: context.service, incident, time, summary }
  await channel.send(message, context)
  context.alerted(message)
}
