import { type Context, describe } from '../../model/index.js'
import { DeliveryError } from './delivery-error.js'
import type { Target } from './webhook-target.js'

/**
 * Posts a body. Rejects with a {@link DeliveryError} that holds nothing of the address, the headers, the body or the answer.
 *
 * @param more - further headers.
 * @param timeout - in milliseconds.
 */
export async function post(
  { href, headers }: Target,
  body: string,
  more: Record<string, string>,
  timeout: number,
  { clock, abort }: Context,
): Promise<void> {
  const call = new AbortController()
  const answered = new AbortController()
  const stop = (): void => call.abort()
  abort.addEventListener('abort', stop)
  void clock.sleep(timeout, answered.signal).then(stop)
  try {
    if (abort.aborted) stop()
    const init = {
      method: 'POST',
      headers: { ...headers, ...more },
      body,
      redirect: 'manual',
      signal: call.signal,
    } as const
    const response = await fetch(href, init)
    void response.body?.cancel().catch(() => {})
    if (!response.ok) throw refusal(response.status)
  } catch (error) {
    if (error instanceof DeliveryError) throw error
    if (abort.aborted) throw new DeliveryError('given up: the call was ended', true)
    if (call.signal.aborted) throw new DeliveryError(`no answer within ${describe(timeout)}`, true)
    throw unreachable(error)
  } finally {
    answered.abort()
    abort.removeEventListener('abort', stop)
  }
}

function refusal(status: number): DeliveryError {
  const redirected = status >= 300 && status < 400 ? ', and redirects are not followed' : ''
  return new DeliveryError(`the receiver answered ${status}${redirected}`, status === 429 || status >= 500, status)
}

function unreachable(error: unknown): DeliveryError {
  if (error instanceof Error && error.cause instanceof Error && error.cause.message === 'bad port') {
    return new DeliveryError('the port is one that fetch refuses to call', false)
  }
  const code = codeOf(error)
  return new DeliveryError(`no connection${code ? ` (${code})` : ''}`, true, undefined, code)
}

/** The first word such as ECONNREFUSED on the way down the causes. Their messages may quote what was sent. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 4) return undefined
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: readonly unknown[] }
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code
  return codeOf(cause ?? errors?.[0], depth + 1)
}
