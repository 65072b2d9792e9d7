import { ConfigError } from '../model/index.js'
import type { SentHeartbeat } from './heartbeat.js'
import { type Boundary, RefusedAddressError } from './outgoing/boundary.js'
import { boundaryIn, checkHost } from './outgoing/reach.js'

/** Delivers one beat. Rejects when it was not taken; never names the address, which is a secret. */
export type HeartbeatTarget = (abort: AbortSignal, now: number) => Promise<unknown>

/** @throws ConfigError when it is no place for beats. */
export function targetOf({ to, ...reach }: Pick<SentHeartbeat, 'to' | 'private' | 'allow'>): HeartbeatTarget {
  const boundary = boundaryIn('heartbeat', reach)
  if (typeof to === 'function') return async (abort) => to({ abort })
  const range = 'an http:, https: or file: address, or a function'
  if (!(to instanceof URL || (typeof to === 'string' && URL.canParse(to))))
    throw new ConfigError('heartbeat.to', range, typeof to)
  const url = new URL(to)
  if (url.protocol === 'file:') return (_abort, now) => touch(url, now)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new ConfigError('heartbeat.to', range, url.protocol)
  checkHost('heartbeat', url, boundary)
  return (abort) => ask(url, boundary, abort)
}

async function ask(url: URL, boundary: Boundary, signal: AbortSignal): Promise<void> {
  const { callHttp } = await import('./outgoing/call-http.js')
  const { status, isOk } = await callHttp({ url, boundary, signal }).catch((error: unknown) => {
    throw new Error(`the receiver of heartbeats could not be reached${reasonOf(error)}`)
  })
  if (!isOk) throw new Error(`the receiver of heartbeats answered ${status}`)
}

function reasonOf(error: unknown): string {
  if (error instanceof RefusedAddressError) return ': its name leads to an address that must not be called'
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? `: ${code}` : ''
}

/** Its time of change is the beat; what it holds is the same in milliseconds since the epoch. */
async function touch(url: URL, now: number): Promise<void> {
  await process
    .getBuiltinModule('node:fs/promises')
    .writeFile(url, `${now}\n`)
    .catch(({ code }: NodeJS.ErrnoException) => {
      throw new Error(`the file of heartbeats could not be written: ${code}`)
    })
}
