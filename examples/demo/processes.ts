import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Message } from './messages.js'

/** The heap of a small device, where garbage goes soon; and a way to ask for that, for the repair of the leak. */
const FLAGS = ['--max-semi-space-size=2', '--expose-gc']

/**
 * The other processes of the demo. They end with this one: here at the latest, and by themselves when it is gone.
 */
export class Processes {
  readonly #running = new Set<ChildProcess>()
  #ending = false

  constructor(
    private readonly hear: (message: Message) => void,
    private readonly failed: (why: string) => void,
  ) {}

  /** Starts a file of this folder; resolves with the address at which it listens. */
  async server(file: string, ...args: readonly string[]): Promise<string> {
    const child = this.start(file, ...args)
    return new Promise((resolve) => {
      child.on('message', (message: Message) => message.kind === 'ready' && resolve(message.url))
    })
  }

  start(file: string, ...args: readonly string[]): ChildProcess {
    const path = fileURLToPath(new URL(file, import.meta.url))
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_')))
    const execArgv = [...process.execArgv, ...FLAGS]
    const child = fork(path, args, { env, execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let complaints = ''
    this.#running.add(child)
    child.on('message', this.hear)
    child.on('error', (error) => this.failed(`${file}: ${error.message}`))
    child.stderr?.on('data', (text) => {
      complaints = (complaints + text).slice(-2_000)
    })
    child.on('exit', (code, signal) => {
      this.#running.delete(child)
      if (!this.#ending) this.failed(`${file} ended with ${signal ?? code}\n${complaints}`)
    })
    return child
  }

  /** Ends all of them; the shop, asked first, may save its memory and flush its telemetry. */
  async end(): Promise<void> {
    this.#ending = true
    const gone = [...this.#running].map((child) => new Promise((resolve) => child.once('exit', resolve)))
    for (const child of this.#running) child.kill('SIGTERM')
    const timer = setTimeout(() => this.kill(), 8_000)
    await Promise.all(gone)
    clearTimeout(timer)
  }

  kill(): void {
    this.#ending = true
    for (const child of this.#running) child.kill('SIGKILL')
  }
}
