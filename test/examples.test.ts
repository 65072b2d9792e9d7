import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const examples = readdirSync(join(root, 'examples')).filter((name) => /^\d\d-.*\.ts$/.test(name))

interface Run {
  readonly code: number | string | null
  readonly output: string
  readonly errors: string
}

/** Runs a file against the built package. */
const run = (file: string): Promise<Run> =>
  new Promise((resolve) => {
    const env = { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.build.json') }
    const options = { cwd: root, env, timeout: 60_000, killSignal: 'SIGKILL' } as const
    const child = execFile(process.execPath, ['--import', 'tsx', file], options, (error, output, errors) => {
      const code = error ? (error.killed ? 'still running after a minute' : (error.code ?? error.signal ?? null)) : 0
      resolve({ code, output, errors })
    })
    child.stdin?.end()
  })

describe('examples', () => {
  test.for(examples)('%s runs, prints something and ends by itself', async (name) => {
    const { code, output, errors } = await run(join('examples', name))
    const story = `${output}\n${errors}`
    expect(code, story).toBe(0)
    expect(output.trim(), story).not.toBe('')
  })

  test('every example has a number of its own', () => {
    const numbers = examples.map((name) => name.slice(0, 2))
    expect(numbers).toEqual([...new Set(numbers)])
    expect(examples.length).toBeGreaterThan(0)
  })
})
