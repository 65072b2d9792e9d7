import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock } from '../edge/system-clock.js'
import {
  type Clock,
  ConfigError,
  checkOptions,
  functionIn,
  inTime,
  type Monitor,
  messageOf,
  textIn,
} from '../model/index.js'
import { type Details, healthJson, healthText, NOT_ALLOWED, UNKNOWN } from './health-answer.js'
import { type HealthRequest, readRequest } from './health-request.js'
import { type Answer, NOT_FOUND, send } from './send.js'

/** How health is served. */
export interface HealthHandlerOptions {
  /** What stands before the paths: `'/internal'` serves `/internal/livez`. @defaultValue `''` */
  readonly prefix?: string
  /**
   * Who may see the checks and why they fail; others see the status alone. Throwing, rejecting and taking more than 1 s
   * mean no. @defaultValue nobody
   */
  readonly authorize?: (req: IncomingMessage) => boolean | Promise<boolean>
  /** The service's public version, shown to the authorised. @defaultValue not shown */
  readonly version?: string
  /** Time. @defaultValue the machine's */
  readonly clock?: Clock
}

/** Answers health requests; hands on what is not one to `next`, or answers 404 when there is none. Never rejects. */
export type HealthHandler = (req: IncomingMessage, res: ServerResponse, next?: () => unknown) => unknown

/** So long, in milliseconds, may `authorize` think. */
const PATIENCE = 1_000

/**
 * Serves the health of a monitor over HTTP: one handler for node:http, Express, Fastify and Koa.
 *
 * | path | answers for | fails while |
 * | --- | --- | --- |
 * | `/livez` | liveness checks, nothing else | the process should be restarted |
 * | `/readyz`, `/readyz/<group>` | readiness checks | starting, draining, or a critical check fails |
 * | `/startupz` | startup checks | the service has not come up yet |
 * | `/healthz` | all of these | any of them fails |
 *
 * 200 for `pass` and `warn`, 503 for `fail`, 404 for a group that no check is in. The body is health+json; with `?verbose`
 * it is text as Kubernetes writes it. `?exclude=db` leaves a check out and `?group=web` asks for a group; both may be
 * repeated. GET and HEAD only. Answers from the last results, so asking costs the checks nothing and never waits for one.
 *
 * What anybody may ask must tell nobody anything: names of checks, reasons, service and version are shown only where
 * `authorize` says so.
 *
 * @throws ConfigError when there is no monitor, or `prefix` does not start with a slash, or ends with one.
 * @example
 * const health = healthHandler(monitor, { authorize: req => req.headers.authorization === `Bearer ${token}` })
 *
 * createServer((req, res) => health(req, res, () => app(req, res)))  // node:http
 * app.use(health)                                                    // Express
 * app.addHook('onRequest', (request, reply, done) => {               // Fastify
 *   health(request.raw, reply.raw, done)
 * })
 * app.use(async (ctx, next) => {                                     // Koa
 *   let ours = true
 *   await health(ctx.req, ctx.res, () => (ours = false))
 *   if (!ours) return next()
 *   ctx.respond = false
 * })
 * @see https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 * @see https://kubernetes.io/docs/reference/using-api/health-checks/
 */
export function healthHandler(monitor: Monitor, options: HealthHandlerOptions = {}): HealthHandler {
  checkOptions('healthHandler', options, ['prefix', 'authorize', 'version', 'clock'])
  functionIn('healthHandler.monitor.health', monitor?.health)
  const prefix = prefixIn(options.prefix ?? '')
  const version = options.version === undefined ? undefined : textIn('healthHandler.version', options.version)
  const mayKnow = gatekeeper(options)
  return (req, res, next) => {
    const request = readRequest(req.method, req.url, prefix)
    if (!request) return next ? next() : send(req, res, NOT_FOUND)
    if (!request.allowed) return send(req, res, NOT_ALLOWED)
    const reply = (known: boolean): void => send(req, res, answerTo(request, monitor, known ? { version } : undefined))
    const known = mayKnow(req)
    return typeof known === 'boolean' ? reply(known) : known.then(reply)
  }
}

function prefixIn(prefix: string): string {
  if (typeof prefix === 'string' && /^(\/[^?#]*[^/?#])?$/.test(prefix)) return prefix
  throw new ConfigError('healthHandler.prefix', "empty, or a path such as '/internal'", prefix)
}

/** Asks `authorize`; whatever goes wrong means no. A failure of it is said once, as a process warning. */
function gatekeeper(options: HealthHandlerOptions): (req: IncomingMessage) => boolean | Promise<boolean> {
  const { authorize, clock = systemClock() } = options
  if (authorize === undefined) return () => false
  functionIn('healthHandler.authorize', authorize)
  let told = false
  const refuse = (error: unknown): false => {
    if (!told) process.emitWarning(`healthHandler.authorize failed, details stay hidden: ${messageOf(error)}`)
    told = true
    return false
  }
  return (req) => {
    try {
      const known = authorize(req)
      if (typeof known === 'boolean') return known
      return inTime({ clock, ms: PATIENCE }, async () => (await known) === true).catch(refuse)
    } catch (error) {
      return refuse(error)
    }
  }
}

/** Never throws: what cannot be told is a failure. */
function answerTo(request: HealthRequest, monitor: Monitor, details: Details | undefined): Answer {
  try {
    const { groups, exclude } = request
    const health = monitor.health(groups.length > 0 ? { groups, exclude } : { exclude })
    const empty = groups.length > 0 && health.checks.length === 0 && monitor.health({ groups }).checks.length === 0
    if (empty) return NOT_FOUND
    return request.verbose ? healthText(health, request, details) : healthJson(health, request, details)
  } catch {
    return UNKNOWN
  }
}
