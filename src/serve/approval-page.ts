import type { IncomingMessage } from 'node:http'
import { systemClock } from '../edge/system-clock.js'
import {
  type Clock,
  ConfigError,
  type Context,
  checkOptions,
  functionIn,
  inTime,
  type Monitor,
} from '../model/index.js'
import type { ApprovalRequest } from '../respond/remediate/approval.js'
import { forbidden, gone, question, taken } from './approval-html.js'
import { formOf } from './form.js'
import type { HealthHandler } from './health-handler.js'
import { pathOf } from './path.js'
import { type Answer, NOT_FOUND, send, TEXT } from './send.js'

/** What is asked, with the link to the page that answers it. */
export interface ApprovalLink extends ApprovalRequest {
  readonly link: string
}

/** How people approve on a page. */
export interface ApprovalPageOptions {
  /** Where people reach the page; the link is this with the token. */
  readonly url: string | URL
  /** Sends the link to those who may approve; it is as good as the approval. */
  readonly send: (request: ApprovalLink, context: Context) => unknown
  /** Under which path requests come in, where a proxy changes it. @defaultValue the path of `url` */
  readonly path?: string
  /**
   * Who asks: a name for the audit trail; `false`, throwing, rejecting and taking more than 1 s refuse.
   * @defaultValue whoever has the link, under the name that they give
   */
  readonly authorize?: (req: IncomingMessage) => string | false | Promise<string | false>
  /** Time. @defaultValue the machine's */
  readonly clock?: Clock
}

/** The page behind the links of approvals. */
export interface ApprovalPage {
  /** For `remediate({ mode: 'approve', approval: { ask } })`: remembers what is asked, and sends the link. */
  readonly ask: (request: ApprovalRequest, context: Context) => unknown
  /** Serves the page: for node:http, Express, Fastify and Koa, as `healthHandler()`. */
  handler(monitor: Monitor): HealthHandler
}

/** Questions that are remembered; the oldest goes. */
const MOST_ASKED = 200
const PATIENCE = 1_000
const NOBODY = 'somebody with the link'
const NOT_ALLOWED: Answer = {
  code: 405,
  type: TEXT,
  body: 'method not allowed\n',
  headers: { allow: 'GET, HEAD, POST' },
}
const BAD: Answer = { code: 400, type: TEXT, body: 'a form with an answer is expected\n' }

/**
 * A page on which a person reads what a playbook wants to do and why, and approves or declines. Looking at it answers nothing, since
 * mail scanners follow links; the answer is a form that is sent. No script, no cookie, nothing from elsewhere. After a restart
 * the old links no longer stand, and the playbook asks anew.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * const page = approvalPage({ url: 'https://ops.example/approve', send: ({ link, evidence }) => chat.send(`${evidence}: ${link}`) })
 * const failover = remediate({ name: 'failover', when: { check: 'primary' }, steps, mode: 'approve', approval: { ask: page.ask } })
 * const approve = page.handler(monitor)
 * createServer((req, res) => approve(req, res, () => app(req, res)))
 */
export function approvalPage(options: ApprovalPageOptions): ApprovalPage {
  checkOptions('approvalPage', options, ['url', 'send', 'path', 'authorize', 'clock'])
  functionIn('approvalPage.send', options.send)
  if (options.authorize !== undefined) functionIn('approvalPage.authorize', options.authorize)
  const url = urlIn(options.url)
  const path = options.path ?? url.pathname
  if (!/^\/[^?#]*$/.test(path)) throw new ConfigError('approvalPage.path', "a path such as '/approve'", path)
  const asked = new Map<string, ApprovalRequest>()
  return {
    ask(request, context) {
      asked.set(request.token, request)
      if (asked.size > MOST_ASKED) asked.delete(asked.keys().next().value as string)
      const link = new URL(url)
      link.searchParams.set('token', request.token)
      return options.send({ ...request, link: link.href }, context)
    },
    handler(monitor) {
      functionIn('approvalPage.monitor.approve', monitor?.approve)
      const desk = new Desk(monitor, asked, options)
      return (req, res, next) => {
        if (pathOf(req) !== path) return next ? next() : send(req, res, NOT_FOUND)
        return desk.answer(req).then((answer) => send(req, res, answer))
      }
    },
  }
}

function urlIn(url: string | URL): URL {
  const target = URL.canParse(String(url)) ? new URL(url) : undefined
  if (target && /^https?:$/.test(target.protocol)) return target
  throw new ConfigError('approvalPage.url', 'an address that begins with http:// or https://', typeof url)
}

/** Answers requests for the page of one monitor. */
class Desk {
  readonly #clock: Clock

  constructor(
    private readonly monitor: Monitor,
    private readonly asked: Map<string, ApprovalRequest>,
    private readonly options: ApprovalPageOptions,
  ) {
    this.#clock = options.clock ?? systemClock()
  }

  /** Never rejects. */
  async answer(req: IncomingMessage): Promise<Answer> {
    const { service } = this.monitor
    try {
      if (req.method !== 'GET' && req.method !== 'HEAD' && req.method !== 'POST') return NOT_ALLOWED
      const who = await this.#whois(req)
      if (who === false) return forbidden(service)
      return req.method === 'POST' ? await this.#take(req, who) : this.#show(req, who)
    } catch {
      return gone(service)
    }
  }

  #show(req: IncomingMessage, who: string): Answer {
    const token = new URL(req.url ?? '/', 'http://x').searchParams.get('token') ?? ''
    const request = this.#standing(token)
    const { service } = this.monitor
    return request ? question(service, request, this.#clock.now(), who === '') : gone(service)
  }

  async #take(req: IncomingMessage, who: string): Promise<Answer> {
    const form = await formOf(req, this.#clock)
    const answer = form?.get('answer')
    if (!form || (answer !== 'approve' && answer !== 'decline')) return BAD
    const { monitor } = this
    const request = this.#standing(form.get('token') ?? '')
    const by = who || (form.get('by') ?? '').trim().slice(0, 100) || NOBODY
    if (!request || !monitor[answer](request.token, by)) return gone(monitor.service)
    this.asked.delete(request.token)
    return taken(monitor.service, request.playbook, answer === 'approve', by)
  }

  #standing(token: string): ApprovalRequest | undefined {
    const request = this.asked.get(token)
    return request && this.#clock.now() < request.expires ? request : undefined
  }

  /** A name, `''` where people say themselves who they are, or `false`. */
  async #whois(req: IncomingMessage): Promise<string | false> {
    const { authorize } = this.options
    if (!authorize) return ''
    const name = await inTime({ clock: this.#clock, ms: PATIENCE }, () => authorize(req)).catch(() => false as const)
    return typeof name === 'string' && name !== '' ? name.slice(0, 100) : false
  }
}
