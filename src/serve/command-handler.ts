import type { IncomingMessage } from 'node:http'
import type { CommandAnswer, Commands } from '../edge/commands.js'
import { systemClock } from '../edge/system-clock.js'
import { type Clock, ConfigError, checkOptions, functionIn } from '../model/index.js'
import { bodyOf } from './body.js'
import type { HealthHandler } from './health-handler.js'
import { pathOf } from './path.js'
import { type Answer, NOT_FOUND, send, TEXT } from './send.js'

/** How commands are taken over HTTP. */
export interface CommandHandlerOptions {
  /** Where they are posted to. @defaultValue `'/commands'` */
  readonly path?: string
  /** Time. @defaultValue the machine's */
  readonly clock?: Clock
}

/** A token is no longer; one character more shows that it was. */
const MOST = 8_193
const CODE: Readonly<Record<CommandAnswer['outcome'], number>> = { done: 200, failed: 500, refused: 403 }
const NOT_ALLOWED: Answer = { code: 405, type: TEXT, body: 'method not allowed\n', headers: { allow: 'POST' } }

/**
 * Takes `commands()` over HTTP: a POST whose body is the token. Answered by a {@link CommandAnswer}, with 200 when it is done, 403 when it was refused, 500 when it failed. Wired as `healthHandler()`. A token is good only
 * once, but whoever reads it first may use it in your place: serve it over TLS, or on a network that is your own.
 *
 * @throws ConfigError when an option is out of range.
 * @example
 * const take = commandHandler(remote)
 * createServer((req, res) => take(req, res, () => app(req, res)))
 */
export function commandHandler(commands: Commands, options: CommandHandlerOptions = {}): HealthHandler {
  checkOptions('commandHandler', options, ['path', 'clock'])
  functionIn('commandHandler.commands.take', commands?.take)
  const { path = '/commands', clock = systemClock() } = options
  if (typeof path !== 'string' || !/^\/[^?#]*$/.test(path))
    throw new ConfigError('commandHandler.path', "a path such as '/commands'", path)
  return (req, res, next) => {
    if (pathOf(req) !== path) return next ? next() : send(req, res, NOT_FOUND)
    if (req.method !== 'POST') return send(req, res, NOT_ALLOWED)
    return answerTo(req, commands, clock).then((answer) => send(req, res, answer))
  }
}

/** Never rejects. A framework may have read the body already. */
async function answerTo(req: IncomingMessage, commands: Commands, clock: Clock): Promise<Answer> {
  const { body } = req as { body?: unknown }
  const read = typeof body === 'string' || Buffer.isBuffer(body) ? body : await bodyOf(req, clock, MOST)
  const answer = await commands.take(read ?? '')
  return { code: CODE[answer.outcome], type: 'application/json', body: `${JSON.stringify(answer)}\n` }
}
