import {
  type Alert,
  type Channel,
  type Context,
  checkOptions,
  type Duration,
  duration,
  type Emit,
  type Source,
  textIn,
} from '../../model/index.js'
import { REACH_OPTIONS, type ReachOptions } from '../../observe/outgoing/reach.js'
import { Firing } from './firing.js'
import { post } from './post.js'
import { targetOf } from './webhook-target.js'

/** How {@link alertmanager} sends. */
export interface AlertmanagerOptions extends ReachOptions {
  /** Whether loopback and private addresses may be called: an Alertmanager is nearly always inside. @defaultValue `true` */
  readonly private?: boolean
  /** Labels of every alert, beside the standard ones: `{ site: 'hall-3' }`. Those of the same name replace them. @defaultValue none */
  readonly labels?: Readonly<Record<string, string>>
  /** The label `instance`: which of a fleet. @defaultValue the host's name */
  readonly instance?: string
  /** How often open alerts are sent again, when it is in `observe`. From 10 s to 1 h. @defaultValue `'1m'`, as Prometheus does */
  readonly resend?: Duration
  /** HTTP headers, such as `{ authorization: 'Bearer …' }`. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>
  /** How long Alertmanager may take to answer. From 1 ms to 1 m. @defaultValue `'10s'` */
  readonly timeout?: Duration
  /** @defaultValue `'alertmanager'` and the host */
  readonly name?: string
}

/**
 * Tells a Prometheus Alertmanager, which groups, routes, silences and repeats for a whole fleet: a fault that a hundred devices have pages once.
 *
 * Each incident is an alert with the labels `alertname` (the signal of its first suspect, else of its first finding), `service`, `instance`, `severity` and `incident`; group by `alertname` and
 * `service` there. By Alertmanager's rules an alert is over when it is not sent again in time: in `observe` the open ones are, each `resend`, with an end four times that in the future, and what has
 * ended for 15 min more; over a restart too. Not in `observe`, an alert holds for 12 h, or until the next reminder of `alert()`.
 *
 * A status of 400 to 499, but 429, is final. Nothing of the address or a header is ever part of an error.
 *
 * @param url - of Alertmanager itself; `/api/v2/alerts` is added.
 * @throws ConfigError when the address or an option is out of range.
 * @example
 * const am = alertmanager('http://alertmanager:9093')
 * createMonitor({ service: 'shop', observe: [am], respond: [alert({ to: am })] })
 * @see https://prometheus.io/docs/alerting/latest/clients/
 */
export function alertmanager(url: string | URL, options: AlertmanagerOptions = {}): Channel & Source {
  checkOptions('alertmanager', options, [
    'labels',
    'instance',
    'resend',
    'headers',
    'timeout',
    'name',
    ...REACH_OPTIONS,
  ])
  const base = targetOf('alertmanager', url, options, true)
  const target = { ...base, url: new URL(`${base.url.href.replace(/\/+$/, '')}/api/v2/alerts`) }
  const timeout = duration('alertmanager.timeout', options.timeout ?? '10s', { max: 60_000 })
  const resend = duration('alertmanager.resend', options.resend ?? '1m', { min: 10_000, max: 3_600_000 })
  const name = textIn('alertmanager.name', options.name ?? `alertmanager ${base.host}`)
  const firing = new Firing(name, { ...instanceOf(options.instance), ...labelsIn(options.labels ?? {}) }, resend)
  const send = (alerts: readonly unknown[], context: Context): Promise<void> =>
    post(target, JSON.stringify(alerts), {}, timeout, context)
  return {
    name,
    async start(_emit: Emit, context: Context) {
      const { clock, abort } = context
      await firing.load(context)
      while (!abort.aborted) {
        const alerts = firing.due(clock.now())
        if (alerts.length > 0) await send(alerts, context).catch((error: unknown) => context.fault(error))
        await clock.sleep(resend, abort)
      }
      firing.isResent = false
    },
    async send(alert: Alert, context: Context) {
      await send(firing.take(alert, context.clock.now()), context)
      await firing.save(context)
    },
  }
}

function instanceOf(given: string | undefined): Record<string, string> {
  if (given !== undefined) return { instance: textIn('alertmanager.instance', given) }
  return { instance: process.getBuiltinModule('node:os').hostname() }
}

function labelsIn(labels: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.keys(labels)
  checkOptions(
    'alertmanager.labels',
    labels,
    names.filter((name) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)),
  )
  return Object.fromEntries(names.map((name) => [name, textIn(`alertmanager.labels.${name}`, labels[name])]))
}
