import { ConfigError } from '../model/index.js'
import type { SentHeartbeat } from './heartbeat.js'

/** Delivers one beat. Rejects when it was not taken; never names the address, which is a secret. */
export type HeartbeatTarget = (abort: AbortSignal, now: number) => Promise<unknown>

/** @throws ConfigError when it is no place for beats. */
export function targetOf(to: SentHeartbeat['to']): HeartbeatTarget {
  if (typeof to === 'function') return async (abort) => to({ abort })
  const range = 'an http:, https: or file: address, or a function'
  if (!(to instanceof URL || (typeof to === 'string' && URL.canParse(to))))
    throw new ConfigError('heartbeat.to', range, typeof to)
  const url = new URL(to)
  if (url.protocol === 'file:') return (_abort, now) => touch(url, now)
  if (url.protocol === 'http:' || url.protocol === 'https:') return (abort) => ask(url, abort)
  throw new ConfigError('heartbeat.to', range, url.protocol)
}

async function ask(url: URL, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal, redirect: 'error' }).catch((error: unknown) => {
    throw new Error(`the receiver of heartbeats could not be reached${codeOf(error)}`)
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`the receiver of heartbeats answered ${response.status}`)
}

function codeOf(error: unknown): string {
  const { code } = ((error as { cause?: unknown })?.cause ?? {}) as { code?: unknown }
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
