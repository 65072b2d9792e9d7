import type { KeyObject } from 'node:crypto'
import {
  ConfigError,
  type Context,
  checkOptions,
  type Duration,
  duration,
  type Emit,
  functionIn,
  type Signal,
  type Source,
  textIn,
  verbsIn,
} from '../model/index.js'
import { COMMANDS } from '../model/signals/commands.js'
import type { Desk } from './commands/desk.js'
import { keyIn } from './commands/key.js'

/** A command that was taken. Times in milliseconds since the epoch. */
export interface Command {
  /** Its nonce: the claim `jti`. */
  readonly id: string
  readonly action: string
  /** What the sender gave, `''` without: up to 1,000 characters. Whatever it says, it is signed; check it all the same. */
  readonly argument: string
  /** The name of the key that signed it. */
  readonly by: string
  readonly issued: number
  readonly expires: number
}

/** What a command does. What it throws is told as failed; a text that it gives goes back to the sender. */
export type CommandAction = (command: Command, context: Context) => unknown

/** What became of a command. */
export interface CommandAnswer {
  /** The command's, once its signature is proven. */
  readonly id?: string
  readonly outcome: 'done' | 'failed' | 'refused'
  /** What the action gave, or why not. Who has not proven who he is only hears `refused`. */
  readonly text: string
}

/** What commands come over, such as `mqtt()`. */
export interface CommandLink {
  /** Calls back with each message under a path, and sends what comes of it. What comes back ends it. */
  receive(path: string, listener: (message: Uint8Array) => Promise<string>): () => void
}

/** Who may command what: see {@link commands}. */
export interface CommandsOptions {
  /** What this device is called, as commands name it: 1 to 200 characters. */
  readonly device: string
  /** Public keys of Ed25519, by name: PEM, or a `KeyObject`. 1 to 20. */
  readonly keys: Readonly<Record<string, string | KeyObject>>
  /** What can be commanded, by name; nothing else can. 1 to 100, each of `a-z`, `0-9`, `.`, `_` and `-`. */
  readonly actions: Readonly<Record<string, CommandAction>>
  /** What they come over: under its path `commands`. @defaultValue nothing, only {@link Commands.take} */
  readonly over?: CommandLink
  /** How long a command may be good at the most. From 1 s to 1 d. @defaultValue `'5m'` */
  readonly lifetime?: Duration
  /** By how much the clocks of sender and device may differ. From 0 to 5 m. @defaultValue `'30s'` */
  readonly skew?: Duration
  /** How long an action may take. From 10 ms to 1 h. @defaultValue `'1m'` */
  readonly timeout?: Duration
}

/** Remote commands, for `observe`. */
export interface Commands extends Source {
  /** Takes a signed command, from wherever it comes. Never rejects. */
  take(message: string | Uint8Array): Promise<CommandAnswer>
}

const EVERY = 10_000

/**
 * Lets people command this process from afar: named actions, and nothing else, by tokens that are signed with Ed25519. Off unless it is in `observe`.
 *
 * A command is a JSON Web Token, see {@link signCommand}. It is refused unless its signature is that of a known key, it names this device, it has not ended, it is not from the future, and it was never taken before: over restarts too, since that it is taken
 * is in the store before it is done. Where the store is lost, what was issued before this process began is refused.
 *
 * What is taken, done, failed and refused is in the audit trail, of refusals 20 an hour and the number of the others. Commands are done one after another; the off switch of repairs does not stop them. Of a monitor, one at a time.
 *
 * Observes `pi_uptime.commands`. A token costs some tenths of a millisecond on a Pi; of more than 100 in 10 s the rest is refused unread.
 *
 * @throws ConfigError when an option is out of range; without a key in it.
 * @example
 * const remote = commands({ device: 'pi-7', keys: { ops: readFileSync('ops.pub.pem', 'utf8') }, actions: { 'restart-pump': () => pump.restart() }, over: broker })
 * createMonitor({ service: 'pump', observe: [broker, remote] })
 */
export function commands(options: CommandsOptions): Commands {
  checkOptions('commands', options, ['device', 'keys', 'actions', 'over', 'lifetime', 'skew', 'timeout'])
  const plan = planOf(options)
  const over = options.over && verbsIn('commands.over', options.over, ['receive'])
  let desk: Promise<Desk> | undefined
  const take: Commands['take'] = async (message) =>
    (await (await desk)?.take(message)) ?? { outcome: 'refused', text: 'refused' }
  return {
    name: 'commands',
    take,
    async start(emit, context) {
      const began = context.clock.elapsed()
      const opening = import('./commands/desk.js').then(({ Desk: Opened }) => new Opened(plan, context, began))
      desk = opening
      const end = over?.receive('commands', async (message) => JSON.stringify(await take(message)))
      await observe(await opening, emit, context)
      end?.()
      if (desk === opening) desk = undefined
    },
  }
}

async function observe(desk: Desk, emit: Emit, { clock, abort }: Context): Promise<void> {
  const { name, unit, attributes } = COMMANDS.commands
  const of = (outcome: string): Signal => ({ name, unit, attributes: { [attributes[0] as string]: outcome } })
  const signals = { done: of('done'), failed: of('failed'), refused: of('refused') }
  while (!abort.aborted) {
    const { done, failed, refused } = desk.count
    desk.count = { done: 0, failed: 0, refused: 0 }
    emit(signals.done, done)
    emit(signals.failed, failed)
    emit(signals.refused, refused)
    desk.tick()
    await clock.sleep(EVERY, abort)
  }
}

/** Who may command what, checked. Times in milliseconds. */
export interface CommandPlan {
  readonly device: string
  readonly keys: ReadonlyMap<string, KeyObject>
  readonly actions: ReadonlyMap<string, CommandAction>
  readonly lifetime: number
  readonly skew: number
  readonly timeout: number
}

function planOf({ device, keys, actions, lifetime, skew, timeout }: CommandsOptions): CommandPlan {
  const named = entriesIn('commands.keys', keys, 20)
  const work = entriesIn('commands.actions', actions, 100)
  for (const [name] of work)
    if (!/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name))
      throw new ConfigError('commands.actions', 'names of a-z, 0-9, ., _ and -', name)
  return {
    device: textIn('commands.device', device, 200),
    keys: new Map(named.map(([name, key]) => [name, keyIn(`commands.keys.${name}`, key, 'public')])),
    actions: new Map(work.map(([name, action]) => [name, functionIn(`commands.actions.${name}`, action)])),
    lifetime: duration('commands.lifetime', lifetime ?? '5m', { min: 1_000, max: 864e5 }),
    skew: duration('commands.skew', skew ?? '30s', { min: 0, max: 300_000 }),
    timeout: duration('commands.timeout', timeout ?? '1m', { min: 10, max: 3_600_000 }),
  }
}

function entriesIn<T>(field: string, given: Readonly<Record<string, T>>, most: number): [string, T][] {
  const entries = typeof given === 'object' && given !== null ? Object.entries(given) : []
  if (entries.length >= 1 && entries.length <= most) return entries
  throw new ConfigError(field, `an object with 1 to ${most} names`, `(hidden ${typeof given})`)
}
