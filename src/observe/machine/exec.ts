import { spawn } from 'node:child_process'
import type { Clock } from '../../model/index.js'

/** Characters of output that are kept: the first ones. */
const MOST_OUTPUT = 16_384

/** How a program ended. */
export interface Ending {
  /** `undefined` when it was ended by a signal. */
  readonly code: number | undefined
  readonly output: string
}

/**
 * Runs a program without a shell, in a clean environment but for what is given. At the deadline, or when `abort` fires, its whole process group is
 * killed, and nobody waits for it any more.
 *
 * Rejects when it cannot be run or does not end in time.
 */
export async function exec(
  path: string,
  argv: readonly string[],
  limit: number,
  { clock, abort }: { readonly clock: Clock; readonly abort: AbortSignal },
  more: Readonly<Record<string, string>> = {},
): Promise<Ending> {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LANG: 'C', ...more }
  const child = spawn(path, argv, { cwd: '/', env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  const over = new AbortController()
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < MOST_OUTPUT) output = (output + text).slice(0, MOST_OUTPUT)
  })
  const ended = new Promise<Ending>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? undefined, output }))
    // A child of its own may hold the pipe for ever: what it said until shortly after its end is all that is waited for.
    child.on(
      'exit',
      (code) => void clock.sleep(100, over.signal).then(() => resolve({ code: code ?? undefined, output })),
    )
  })
  const late = clock.sleep(limit, AbortSignal.any([abort, over.signal])).then(() => {
    throw new Error(`${path} did not end within ${limit} ms`)
  })
  try {
    return await Promise.race([ended, late])
  } catch (error) {
    killGroup(child.pid)
    throw error
  } finally {
    late.catch(() => undefined)
    ended.catch(() => undefined)
    over.abort()
    child.stdout.destroy()
    child.unref()
  }
}

/** That it is gone already is what was wanted. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // gone
  }
}
