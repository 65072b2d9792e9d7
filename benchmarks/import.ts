/** What importing costs an app: time in a process that does nothing else, and what stays resident. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { amountRow, benchmark, type Case, ratioRow } from './frame.js'

/** Imports these in a plain process of their own, as an app's second file, and says how long that took and how much memory stays. */
function loading(type: 'module' | 'commonjs', names: readonly string[]): Case {
  const load = type === 'module' ? 'await import' : 'require'
  // An app is a file itself: what node does once to load its first one is not the library's cost.
  const [app, ...rest] = [type === 'module' ? APP_ESM : APP_CJS, ...names].map(
    (name) => `${load}(${JSON.stringify(name)})`,
  )
  const code = `${app};const t=performance.now();${rest.join(';')};const ms=performance.now()-t
    process.stdout.write(JSON.stringify([ms,process.memoryUsage.rss()]))`
  const args = [`--input-type=${type}`, '--eval', code]
  return {
    spawns: true,
    run() {
      const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env: {} })
      if (status !== 0) throw new Error(`this failed: ${code}`)
      const [ms, bytes] = JSON.parse(stdout) as [number, number]
      return { ms, MB: bytes / 1e6 }
    },
  }
}

const dir = mkdtempSync(join(tmpdir(), 'bench-import-'))
const [APP_ESM, APP_CJS] = ['app.mjs', 'app.cjs'].map((name) => join(dir, name)) as [string, string]
for (const file of [APP_ESM, APP_CJS]) writeFileSync(file, '')

const imported = (...names: readonly string[]): Case => loading('module', names)
const required = (...names: readonly string[]): Case => loading('commonjs', names)

const SDK = '@opentelemetry/sdk-metrics'
const API = '@opentelemetry/api'

await benchmark({
  name: 'import',
  rounds: 61,
  cases: {
    'pi-uptime, ESM': imported('pi-uptime'),
    'sdk-metrics, ESM': imported(SDK),
    'api, ESM': imported(API),
    'api and pi-uptime, ESM': imported(API, 'pi-uptime'),
    'pi-uptime, CJS': required('pi-uptime'),
    'sdk-metrics, CJS': required(SDK),
    'api, CJS': required(API),
    'api and pi-uptime, CJS': required(API, 'pi-uptime'),
  },
  rows: (values) =>
    ['ESM', 'CJS'].flatMap((kind) => {
      const of = (what: string, name: string): readonly number[] => values(`${what}, ${kind}`, name)
      const alone = of('api', 'MB')
      return [
        ratioRow(
          `time to load the root, ${kind}`,
          'loading sdk-metrics',
          of('pi-uptime', 'ms'),
          of('sdk-metrics', 'ms'),
          { must: 0.15, aim: 0.1 },
        ),
        amountRow(
          `resident memory of the root over the api's, ${kind}`,
          ' MB',
          of('api and pi-uptime', 'MB').map((size, round) => size - (alone[round] as number)),
          { must: 3, aim: 2 },
        ),
      ]
    }),
})
rmSync(dir, { recursive: true })
