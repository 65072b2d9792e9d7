import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { uniform } from '../../../src/math/random.js'
import { drained } from './outbox-drained.js'
import { outboxProgram } from './outbox-program.js'

/** A thousand take a minute and a half; CI runs a hundred. */
const KILLS = Number(process.env.KILLS ?? 100)

/** Lets a writer run until it has said some lines, kills it, and tells what it has said to be accepted. */
async function killed(program: string, args: readonly string[], lines: number, turns: number): Promise<number[]> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const over = once(child, 'close')
  const accepted: number[] = []
  let seen = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [number, how] = line.split(' ')
    if (how === 'written' || how === 'sent') accepted.push(Number(number))
    if (++seen !== lines) continue
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
    child.kill('SIGKILL')
  }
  await over
  return accepted
}

test(`kill -9 at ${KILLS} random points: no accepted record is lost, at most one arrives twice for each kill`, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'outbox-'))
  try {
    const program = await outboxProgram(dir)
    const arrivals = join(dir, 'arrivals')
    const accepted: number[] = []
    let next = 1
    for (let round = 0; round < KILLS; round++) {
      const chance = (at: number): number => uniform(round, at)
      const args = [join(dir, 'box'), arrivals, `${next}`, chance(1) < 0.6 ? 'yes' : 'no']
      accepted.push(...(await killed(program, args, 1 + Math.floor(chance(2) * 60), Math.floor(chance(3) * 40))))
      next = (accepted.at(-1) ?? 0) + 1_000
    }
    const died = (await readFile(arrivals, 'utf8')).trim().split('\n').map(Number)
    const arrived = [...died, ...(await drained(join(dir, 'box'))).numbers]
    const once = new Set(arrived)
    const twice = arrived.length - once.size
    expect(accepted.filter((n) => !once.has(n))).toEqual([])
    expect(accepted.length).toBeGreaterThan(KILLS)
    expect(twice).toBeLessThanOrEqual(KILLS)
    console.log(`${KILLS} kills: ${accepted.length} records accepted, none lost, ${twice} arrived twice`)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}, 600_000)
