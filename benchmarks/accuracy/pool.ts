/** Evaluates detectors side by side, at most two at a time, each in a process of its own. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Evaluation } from './evaluation.js'

const LANES = 2

/** In the order of the names. */
export async function evaluations(names: readonly string[], folder: string): Promise<readonly Evaluation[]> {
  const done = new Map<string, Evaluation>()
  const waiting = [...names]
  const lane = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kaccuracy: ${name}`)
      done.set(name, await apart(folder, name))
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  return names.map((name) => done.get(name) as Evaluation)
}

async function apart(folder: string, name: string): Promise<Evaluation> {
  const args = [...process.execArgv, '--expose-gc', join(import.meta.dirname, 'one.ts'), folder, name]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 })
  return JSON.parse(stdout) as Evaluation
}
