import { type Context, describe, inTime } from '../../model/index.js'
import { RefusedAddressError } from '../../observe/outgoing/boundary.js'
import { DeliveryError } from './delivery-error.js'
import type { Target } from './webhook-target.js'

/**
 * Posts a body. Rejects with a {@link DeliveryError} that holds nothing of the address, the headers, the body or the answer.
 *
 * @param more - further headers.
 * @param timeout - in milliseconds.
 */
export async function post(
  { url, headers, boundary }: Target,
  body: string,
  more: Record<string, string>,
  timeout: number,
  { clock, abort }: Context,
): Promise<void> {
  const late = (): Error =>
    new DeliveryError(abort.aborted ? 'given up: the call was ended' : `no answer within ${describe(timeout)}`, true)
  try {
    const { status, isOk } = await inTime({ clock, ms: timeout, abort, late }, async (signal) => {
      const { callHttp } = await import('../../observe/outgoing/call-http.js')
      return callHttp({ url, method: 'POST', headers: { ...headers, ...more }, body, boundary, signal })
    })
    if (!isOk) throw refusal(status)
  } catch (error) {
    throw error instanceof DeliveryError ? error : unreachable(error)
  }
}

function refusal(status: number): DeliveryError {
  const redirected = status >= 300 && status < 400 ? ', and redirects are not followed' : ''
  return new DeliveryError(`the receiver answered ${status}${redirected}`, status === 429 || status >= 500, status)
}

/** A name that leads inside may do so for as long as a network asks for a login first. */
function unreachable(error: unknown): DeliveryError {
  if (error instanceof RefusedAddressError)
    return new DeliveryError('the name leads to an address that must not be called: see `private` and `allow`', true)
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
