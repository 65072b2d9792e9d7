import {
  ConfigError,
  type Context,
  checkOptions,
  type Duration,
  duration,
  functionIn,
  textIn,
} from '../../model/index.js'
import type { Order } from './order.js'

/** How a person is asked before a run. */
export interface ApprovalOptions {
  /** Asks: by a message with a link, or a button. The token is as good as the approval: send it to those who may give it. */
  readonly ask: (request: ApprovalRequest, context: Context) => unknown
  /** How long the offer stands. From 10 s to 1 d. @defaultValue `'30m'` */
  readonly expire?: Duration
  /** Signs the tokens; 16 characters and more. @defaultValue random, new in each process */
  readonly secret?: string
}

/** What a person is asked. */
export interface ApprovalRequest {
  /** Signed, expiring, and good for one answer: for `monitor.approve(token, by)` and `monitor.decline(token, by)`. */
  readonly token: string
  readonly playbook: string
  readonly incident: string
  /** What it is about, in one plain line. */
  readonly evidence: string
  /** What would be done, step by step. */
  readonly steps: readonly string[]
  /** When the offer ends, in milliseconds since the epoch. */
  readonly expires: number
}

/** Makes tokens, and reads them. */
export class Approvals {
  readonly expire: number
  readonly #secret: Uint8Array | string

  /** @throws ConfigError when an option is out of range. */
  constructor(private readonly options: ApprovalOptions) {
    checkOptions('remediate.approval', options, ['ask', 'expire', 'secret'])
    const { ask, expire = '30m', secret } = options
    functionIn('remediate.approval.ask', ask)
    this.expire = duration('remediate.approval.expire', expire, { min: 10_000, max: 864e5 })
    if (secret !== undefined && textIn('remediate.approval.secret', secret, 1_000).length < 16)
      throw new ConfigError('remediate.approval.secret', 'a string of 16 characters and more', '***')
    this.#secret = secret ?? process.getBuiltinModule('node:crypto').randomBytes(32)
  }

  async ask({ action, incident, expires }: Order, steps: readonly string[], context: Context): Promise<void> {
    const { id, name: playbook } = action
    const evidence = incident?.title ?? action.evidence
    const token = this.token(id, expires)
    await this.options.ask({ token, playbook, incident: incident?.id ?? '', evidence, steps, expires }, context)
  }

  /** `ID.EXPIRES.SIGNATURE`, the signature being HMAC-SHA256 (RFC 2104) over the other two. */
  token(id: string, expires: number): string {
    const claim = `${id}.${expires}`
    return `${claim}.${this.#sign(claim)}`
  }

  /** The action that a token stands for, while it is good; whether it was used is the engine's to know. */
  read(token: string, now: number): string | undefined {
    if (typeof token !== 'string' || token.length > 200) return undefined
    const [, claim, id, expires, signature] = /^(([\w-]+)\.(\d+))\.([\w-]+)$/.exec(token) ?? []
    if (!claim || !signature || !this.#isEqual(signature, this.#sign(claim))) return undefined
    return now < Number(expires) ? id : undefined
  }

  #sign(claim: string): string {
    const { createHmac } = process.getBuiltinModule('node:crypto')
    return createHmac('sha256', this.#secret).update(claim).digest('base64url')
  }

  /** In a time that tells nothing about where they differ. */
  #isEqual(a: string, b: string): boolean {
    const { timingSafeEqual } = process.getBuiltinModule('node:crypto')
    return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
  }
}
