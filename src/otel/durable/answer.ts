import type { AsyncLocalStorage } from 'node:async_hooks'
import type { ClientRequest, IncomingMessage } from 'node:http'

/** What the receiver has answered to the last request of a try. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** The first 64 KiB of the body. */
  readonly body: Buffer[]
}

/** Fills as answers come. */
export interface Heard {
  answer?: HttpAnswer
}

const MOST = 65_536
const CHANNEL = 'http.client.response.finish'

let calls: AsyncLocalStorage<Heard> | undefined

/**
 * Runs an export, and hears how its HTTP requests are answered: an exporter says little more than that it failed, but the status, `Retry-After` and
 * what was rejected of a batch decide what is to be done. By Node's own diagnostics channel; where an exporter does not use `node:http`, nothing is heard.
 */
export function hearing<T>(heard: Heard, work: () => T): T {
  calls ??= listen()
  return calls.run(heard, work)
}

function listen(): AsyncLocalStorage<Heard> {
  const { AsyncLocalStorage: Storage } = process.getBuiltinModule('node:async_hooks')
  const storage = new Storage<Heard>()
  process.getBuiltinModule('node:diagnostics_channel').subscribe(CHANNEL, (message) => {
    const heard = storage.getStore()
    if (heard)
      heard.answer = answerOf(
        (message as { readonly response: IncomingMessage; readonly request: ClientRequest }).response,
      )
  })
  return storage
}

/** Reads along: the exporter gets all of it as well. */
function answerOf(response: IncomingMessage): HttpAnswer {
  const body: Buffer[] = []
  let left = MOST
  response.on('data', (chunk: Buffer) => {
    if (left > 0) body.push(chunk.subarray(0, left))
    left -= chunk.length
  })
  return { status: response.statusCode ?? 0, headers: response.headers, body }
}
