import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileStore } from '../../../src/edge/index.js'
import type { AuditEntry } from '../../../src/model/index.js'

let root: string
let worker: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'crash-'))
  worker = join(root, 'worker.mjs') // one file: hundreds of processes must start in no time
  const entryPoints = [new URL('crash-worker.ts', import.meta.url).pathname]
  const external = ['@opentelemetry/*', 'croner']
  await build({ entryPoints, outfile: worker, bundle: true, platform: 'node', format: 'esm', external })
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** Runs one life of the service; answers with how many points it passed, or `killed`. */
async function life(dir: string, killAt: number, helps: boolean): Promise<number | 'killed'> {
  const child = spawn(process.execPath, [worker, dir, `${killAt}`, helps ? 'yes' : 'no'], { timeout: 20_000 })
  let said = ''
  let complaints = ''
  child.stdout.on('data', (text) => {
    said += text
  })
  child.stderr.on('data', (text) => {
    complaints += text
  })
  const [code, signal] = await once(child, 'close')
  if (signal === 'SIGKILL') return 'killed'
  expect({ code, signal, complaints }).toEqual({ code: 0, signal: null, complaints: '' })
  return Number(said)
}

async function story(killAt: readonly number[], helps: boolean): Promise<{ trail: AuditEntry[]; effects: string[] }> {
  const dir = await mkdtemp(join(root, 'life-'))
  await writeFile(join(dir, 'broken'), '')
  for (const at of [...killAt, -1]) await life(dir, at, helps)
  const store = fileStore(join(dir, 'store'))
  const trail: AuditEntry[] = []
  for (const key of await store.keys('audit-')) {
    const lines = new TextDecoder()
      .decode(await store.get(key))
      .trim()
      .split('\n')
    trail.push(...lines.map((line) => JSON.parse(line) as AuditEntry))
  }
  const effects = (await readFile(join(dir, 'effects'), 'utf8').catch(() => '')).trim().split('\n')
  const journal = JSON.parse(new TextDecoder().decode(await store.get('remediate.repair')))
  expect(journal.run, 'nothing is left open').toBeNull()
  return { trail, effects: effects.map((line) => line.replace(/^\d+ /, '')) }
}

/** What holds wherever the crash was. */
function check({ trail, effects }: { trail: AuditEntry[]; effects: string[] }, where: string): void {
  expect(
    trail.map(({ seq }) => seq),
    `${where}: the audit is complete`,
  ).toEqual(trail.map((_, i) => i + 1))
  const started = trail.filter(({ event }) => event === 'started').map(({ run }) => run)
  for (const run of started) {
    const ends = trail.filter((entry) => entry.run === run && entry.event === 'outcome')
    expect(ends, `${where}: one outcome for each intent`).toHaveLength(1)
  }
  const steps = effects.filter((line) => line !== '' && !line.startsWith('undo'))
  expect(steps.length, `${where}: no step is done twice`).toBe(new Set(steps).size)
  if (steps.length > 0) expect(steps[0]).toBe('first')
}

async function sweep(helps: boolean): Promise<{ points: number; outcomes: Set<string> }> {
  const dir = await mkdtemp(join(root, 'whole-'))
  await writeFile(join(dir, 'broken'), '')
  const points = await life(dir, -1, helps)
  expect(points).toBeGreaterThan(20)
  const outcomes = new Set<string>()
  const at = [...Array(Number(points)).keys()]
  const lane = async (): Promise<void> => {
    for (let kill = at.shift(); kill !== undefined; kill = at.shift()) {
      const told = await story([kill], helps)
      check(told, `killed at point ${kill} of ${points}`)
      outcomes.add(told.trail.find(({ event }) => event === 'outcome')?.what ?? '')
      const twice = await story([kill, (kill * 7) % 20], helps)
      check(twice, `killed at point ${kill} of ${points}, and again`)
    }
  }
  await Promise.all([lane(), lane()])
  return { points: Number(points), outcomes }
}

test('kill -9 at every write and around every step of a repair that helps: no intent lost, none repeated, the audit complete', async () => {
  const { outcomes } = await sweep(true)
  expect(outcomes).toEqual(new Set(['stopped', 'unknown', 'helped']))
}, 300_000)

test('the same of a repair that does not help, and is taken back', async () => {
  const { outcomes } = await sweep(false)
  expect(outcomes).toEqual(new Set(['stopped', 'unknown', 'no effect']))
}, 300_000)
