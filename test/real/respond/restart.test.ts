import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AuditTrail } from '../../../src/edge/audit-trail.js'
import { fileStore } from '../../../src/edge/index.js'
import { systemClock } from '../../../src/monitor/index.js'

let root: string
let program: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'restart-'))
  program = join(root, 'service.mjs')
  const entryPoints = [new URL('leaking-service.ts', import.meta.url).pathname]
  const external = ['@opentelemetry/*', 'croner']
  await build({ entryPoints, outfile: program, bundle: true, platform: 'node', format: 'esm', external })
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** Starts the service again whenever it has failed, as systemd with `Restart=on-failure` does. */
class Supervisor {
  readonly lines: string[] = []
  readonly codes: (number | null)[] = []
  complaints = ''
  port = 0
  #child: ChildProcess | undefined
  #over = false

  constructor(private readonly args: readonly string[]) {
    void this.#loop()
  }

  async until(line: RegExp): Promise<void> {
    for (let i = 0; i < 500 && !this.lines.some((each) => line.test(each)); i++) await sleep(20)
    expect(this.lines.join('\n') + this.complaints).toMatch(line)
  }

  stop(): void {
    this.#over = true
    this.#child?.kill('SIGKILL')
  }

  async #loop(): Promise<void> {
    while (!this.#over && this.codes.length < 10) {
      const child = spawn(process.execPath, [program, ...this.args], { stdio: ['ignore', 'pipe', 'pipe'] })
      this.#child = child
      child.stderr.on('data', (text) => {
        this.complaints += text
      })
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.lines.push(line)
        this.port = Number(/port (\d+)/.exec(line)?.[1] ?? this.port)
      })
      const [code] = await once(child, 'close')
      this.codes.push(code)
    }
  }
}

const outcomesOf = (lines: readonly string[]) =>
  lines.filter((line) => !line.includes('port')).map((line) => line.replace(/^\d+ /, ''))

test('a leak is repaired by a restart under a supervisor; the new process resumes the run, and proves that it helped', async () => {
  const dir = await mkdtemp(join(root, 'store-'))
  const world = new Supervisor([dir, 'yes'])
  try {
    await world.until(/port/)
    const first = await (await fetch(`http://127.0.0.1:${world.port}`)).text()
    for (let i = 0; i < 12; i++) await (await fetch(`http://127.0.0.1:${world.port}`)).text()
    await world.until(/helped/)
    const second = await (await fetch(`http://127.0.0.1:${world.port}`)).text()
    expect(second).not.toBe(first)
    expect(world.codes).toEqual([75])
    expect(outcomesOf(world.lines)).toEqual(['started', 'helped'])
    expect(world.lines.find((line) => line.includes('started'))).toContain(first)
    expect(world.lines.find((line) => line.includes('helped'))).toContain(second)
    const trail = await new AuditTrail({ store: fileStore(dir), clock: systemClock(), told: () => undefined }).read()
    expect(trail.map(({ event, what }) => `${event} ${what}`.trim())).toEqual([
      'started',
      'step restart this process',
      'outcome helped',
    ])
    expect(world.complaints).toBe('')
  } finally {
    world.stop()
  }
}, 60_000)

test('where a restart is no cure, there is one, and then a person is told', async () => {
  const dir = await mkdtemp(join(root, 'store-'))
  const world = new Supervisor([dir, 'no'])
  try {
    await world.until(/escalated/)
    await sleep(1_500)
    expect(world.codes).toEqual([75])
    expect(outcomesOf(world.lines)).toEqual(['started', 'no effect', 'escalated'])
  } finally {
    world.stop()
  }
}, 60_000)
