/** What importing costs an app: whole processes, less one that loads an empty file alone, and what stays resident. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { amountRow, benchmark, type Case, ratioRow } from './frame.js'

/** Times a whole process of a plain node that does this and says how much memory it has. */
function plain(type: 'module' | 'commonjs', program: string): Case {
  const code = `${program};process.stdout.write(String(process.memoryUsage.rss()))`
  const args = [`--input-type=${type}`, '--eval', code]
  return {
    spawns: true,
    run() {
      const began = performance.now()
      const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env: {} })
      const ms = performance.now() - began
      if (status !== 0 || !(Number(stdout) > 0)) throw new Error(`this failed: ${program}`)
      return { ms, MB: Number(stdout) / 1e6 }
    },
  }
}

// An app is a file itself: what node does once to load its first one is not the library's cost.
const dir = mkdtempSync(join(tmpdir(), 'bench-import-'))
const [APP_ESM, APP_CJS] = ['app.mjs', 'app.cjs'].map((name) => join(dir, name)) as [string, string]
for (const file of [APP_ESM, APP_CJS]) writeFileSync(file, '')

const imported = (...names: readonly string[]): Case =>
  plain('module', `for (const n of ${JSON.stringify([APP_ESM, ...names])}) await import(n)`)
const required = (...names: readonly string[]): Case =>
  plain('commonjs', `for (const n of ${JSON.stringify([APP_CJS, ...names])}) require(n)`)

const SDK = '@opentelemetry/sdk-metrics'
const API = '@opentelemetry/api'

await benchmark({
  name: 'import',
  rounds: 61,
  cases: {
    'bare, ESM': imported(),
    'pi-uptime, ESM': imported('pi-uptime'),
    'sdk-metrics, ESM': imported(SDK),
    'api, ESM': imported(API),
    'api and pi-uptime, ESM': imported(API, 'pi-uptime'),
    'bare, CJS': required(),
    'pi-uptime, CJS': required('pi-uptime'),
    'sdk-metrics, CJS': required(SDK),
    'api, CJS': required(API),
    'api and pi-uptime, CJS': required(API, 'pi-uptime'),
  },
  rows: (values) =>
    ['ESM', 'CJS'].flatMap((kind) => {
      const over = (of: string, base: string, name: string): readonly number[] => {
        const bases = values(`${base}, ${kind}`, name)
        return values(`${of}, ${kind}`, name).map((value, round) => value - (bases[round] as number))
      }
      return [
        ratioRow(
          `time to load the root, ${kind}`,
          'loading sdk-metrics',
          over('pi-uptime', 'bare', 'ms'),
          over('sdk-metrics', 'bare', 'ms'),
          { must: 0.15, aim: 0.1 },
        ),
        amountRow(
          `resident memory of the root over the api's, ${kind}`,
          ' MB',
          over('api and pi-uptime', 'api', 'MB'),
          {
            must: 3,
            aim: 2,
          },
        ),
      ]
    }),
})
rmSync(dir, { recursive: true })
