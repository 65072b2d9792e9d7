import { isAbsolute } from 'node:path'
import {
  ConfigError,
  type Context,
  checkOptions,
  type Duration,
  duration,
  type Incident,
  messageOf,
  type Remediation,
  textIn,
} from '../../model/index.js'

/** How a {@link command} runs. */
export interface CommandOptions {
  /** @defaultValue the path */
  readonly name?: string
  /** From 10 ms to 1 h; the playbook's `timeout` ends it sooner. @defaultValue `'30s'` */
  readonly timeout?: Duration
  /** Its whole environment, beside `PATH` and `LANG`. @defaultValue none of this process's variables */
  readonly env?: Readonly<Record<string, string>>
  /** @defaultValue `'/'` */
  readonly cwd?: string
  /** The command that takes it back. @defaultValue none */
  readonly undo?: readonly [path: string, argv: readonly string[]]
}

/** The arguments, or what gives them for an incident. */
export type Arguments = readonly string[] | ((incident: Incident) => readonly string[])

/** Bytes of output that are kept: the last ones. */
const MOST_OUTPUT = 8_192
const MOST_ARGUMENTS = 100
const LONGEST_ARGUMENT = 4_096
/** After SIGTERM a process has so long before SIGKILL. */
const GRACE = 1_000
/** Programs that read their arguments as programs. */
const SHELLS = /^(?:ba|da|z|k|c|tc|fi|a)?sh$|^(?:busybox|env|xargs|sudo|su|cmd\.exe|powershell(?:\.exe)?|pwsh)$/

/**
 * A step that runs a program. No shell is involved: arguments are arguments, whatever is in them.
 *
 * The environment is clean, standard input is closed, the output is bounded. At the deadline the whole process group is ended, with
 * all children that have not left it: by SIGTERM, and a second later by SIGKILL. Whether it may be run twice is the program's own
 * matter. Where `PI_UPTIME_COMMANDS` is set, a list of paths with `:` between them, no other program is run.
 *
 * @param path - absolute; no shell.
 * @throws ConfigError when an argument is out of range.
 * @example
 * command('/usr/bin/systemctl', ['restart', 'shop-worker'])
 */
export function command(path: string, argv: Arguments = [], options: CommandOptions = {}): Remediation {
  checkOptions('command', options, ['name', 'timeout', 'env', 'cwd', 'undo'])
  const program = programIn('command.path', path)
  if (typeof argv !== 'function') argumentsIn(argv)
  const { undo, cwd = '/', env = {} } = options
  const limit = duration('command.timeout', options.timeout ?? '30s', { min: 10, max: 36e5 })
  const how = { cwd, env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LANG: 'C', ...env }, limit }
  const back = undo && { path: programIn('command.undo', undo[0]), argv: argumentsIn(undo[1]) }
  return {
    name: textIn('command.name', options.name ?? path),
    precondition: () => forbidden(program),
    apply: (incident, context) =>
      run(program, argumentsIn(typeof argv === 'function' ? argv(incident) : argv), how, context),
    ...(back && { undo: async (_, context) => void (await run(back.path, back.argv, how, context)) }),
  }
}

function programIn(field: string, path: string): string {
  if (!isAbsolute(textIn(field, path, 1_000)) || path.includes('\0') || path.split('/').includes('..'))
    throw new ConfigError(field, 'an absolute path without ..', path)
  if (SHELLS.test(path.slice(path.lastIndexOf('/') + 1))) throw new ConfigError(field, 'a program, not a shell', path)
  return path
}

function argumentsIn(argv: readonly string[]): readonly string[] {
  const fits = (text: unknown): boolean =>
    typeof text === 'string' && text.length <= LONGEST_ARGUMENT && !text.includes('\0')
  if (Array.isArray(argv) && argv.length <= MOST_ARGUMENTS && argv.every(fits)) return argv
  throw new ConfigError('command.argv', `at most ${MOST_ARGUMENTS} strings of ${LONGEST_ARGUMENT} characters`, argv)
}

function forbidden(path: string): string | undefined {
  const allowed = process.env.PI_UPTIME_COMMANDS
  if (allowed === undefined || allowed.split(':').includes(path)) return undefined
  return `${path} is not among PI_UPTIME_COMMANDS`
}

interface How {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly limit: number
}

async function run(path: string, argv: readonly string[], how: How, { clock, abort }: Context): Promise<string> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const over = new AbortController()
  const { cwd, env, limit } = how
  const child = spawn(path, argv, { cwd, env, detached: true, shell: false, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output = (output + bytes.toString('utf8')).slice(-MOST_OUTPUT)
    })
  const end = new Promise<Error | undefined>((resolve) => {
    child.on('error', (error) => resolve(new Error(`${path} cannot be run: ${messageOf(error)}`)))
    child.on('exit', async (code, signal) => {
      await clock.sleep(20) // what it said just before its end is on the way; a grandchild may hold the pipe for ever
      const why = `${path} ended with ${code ?? signal}: ${output.slice(-1_000)}`
      resolve(code === 0 ? undefined : new Error(why))
    })
  })
  const late = clock.sleep(limit, AbortSignal.any([abort, over.signal])).then(async () => {
    if (over.signal.aborted) return undefined
    signal(child.pid, 'SIGTERM')
    await clock.sleep(GRACE)
    signal(child.pid, 'SIGKILL') // also when the leader has ended: its children may not have
    return new Error(`${path} was ended at its deadline`)
  })
  await Promise.race([end, late])
  over.abort()
  const failure = (await late) ?? (await end)
  child.stdout.destroy()
  child.stderr.destroy()
  if (failure) throw failure
  return output
}

/** To the whole group; that it is gone already is what was wanted. */
function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name)
  } catch {
    // gone
  }
}
