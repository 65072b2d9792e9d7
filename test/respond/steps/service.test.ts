import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Remediation } from '../../../src/model/index.js'
import {
  clearCache,
  collectGarbage,
  heapSnapshot,
  lowerConcurrency,
  openCircuit,
  pauseConsumer,
  reboot,
  recyclePool,
  restartSelf,
  restartWorker,
  rotateLog,
  shedLoad,
} from '../../../src/respond/steps/index.js'
import { sampleContext, sampleIncident } from '../../../src/testing/contracts/samples.js'
import { remediationContract } from '../../../src/testing/index.js'

const said: string[] = []
const say = (word: string) => (value?: unknown) => void said.push(value === undefined ? word : `${word} ${value}`)
const apply = async (step: Remediation) => step.apply(sampleIncident(), sampleContext())
const undo = async (step: Remediation) => step.undo?.(sampleIncident(), sampleContext())
const precondition = async (step: Remediation) => step.precondition?.(sampleIncident(), sampleContext())

beforeEach(() => {
  said.length = 0
})

const steps: Readonly<Record<string, readonly [() => Remediation, readonly string[], readonly string[]]>> = {
  shedLoad: [() => shedLoad(say('refuse'), 0.3), ['refuse 0.3'], ['refuse 0']],
  openCircuit: [() => openCircuit({ open: say('open'), close: say('close') }), ['open'], ['close']],
  pauseConsumer: [() => pauseConsumer({ pause: say('pause'), resume: say('resume') }), ['pause'], ['resume']],
  recyclePool: [() => recyclePool({ drain: say('drain'), fill: say('fill') }), ['drain', 'fill'], []],
  clearCache: [() => clearCache({ clear: say('clear') }), ['clear'], []],
  restartWorker: [() => restartWorker({ stop: say('stop'), start: say('start') }), ['stop', 'start'], []],
}

describe.each(Object.entries(steps))('%s', (_, [make, done, undone]) => {
  test('does what it says, and takes it back where it can', async () => {
    const step = make()
    await apply(step)
    expect(said).toEqual(done)
    said.length = 0
    await undo(step)
    expect(said).toEqual(undone)
  })

  for (const law of remediationContract({ remediation: make })) test(law.name, () => law.run())
})

test('concurrency that was lowered twice is restored to what it was before the first time', async () => {
  const pool = { most: 16, get: () => pool.most, set: (most: number) => void Object.assign(pool, { most }) }
  const step = lowerConcurrency(pool, 4)
  await apply(step)
  await apply(step)
  expect(pool.most).toBe(4)
  await undo(step)
  await undo(step)
  expect(pool.most).toBe(16)
  pool.most = 4
  expect(await precondition(step)).toContain('as low as that')
})

test('garbage is collected only where node lets it', async () => {
  const { gc } = globalThis
  globalThis.gc = undefined as never
  expect(await precondition(collectGarbage())).toContain('--expose-gc')
  globalThis.gc = vi.fn() as never
  expect(await precondition(collectGarbage())).toBeUndefined()
  await apply(collectGarbage())
  expect(globalThis.gc).toHaveBeenCalledOnce()
  globalThis.gc = gc as never
})

describe('files', () => {
  let dir = ''
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'steps-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  test('a log is rotated as often as there is something in it, and the oldest goes', async () => {
    const step = rotateLog(join(dir, 'app.log'), { keep: 2, reopen: say('reopen') })
    expect(await precondition(step)).toContain('nothing')
    for (const text of ['1', '2', '3']) {
      writeFileSync(join(dir, 'app.log'), text)
      expect(await precondition(step)).toBeUndefined()
      await apply(step)
      expect(await precondition(step)).toContain('nothing')
    }
    expect(readdirSync(dir).sort()).toEqual(['app.log.1', 'app.log.2'])
    expect(readFileSync(join(dir, 'app.log.1'), 'utf8')).toBe('3')
    expect(said).toHaveLength(3)
  })

  test('a heap snapshot is written only where there is room for it', async () => {
    const step = heapSnapshot(dir)
    vi.spyOn(process, 'availableMemory').mockReturnValueOnce(1_000)
    expect(await precondition(step)).toMatch(/needs .* of memory/)
    vi.restoreAllMocks()
    expect(await precondition(step)).toBeUndefined()
  })
})

describe('restartSelf', () => {
  const variables = ['INVOCATION_ID', 'KUBERNETES_SERVICE_HOST', 'pm_id', 'container']
  const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]))
  afterEach(() => {
    for (const name of variables) delete process.env[name]
    for (const [name, value] of Object.entries(before)) if (value !== undefined) process.env[name] = value
    vi.restoreAllMocks()
  })

  test('is refused where nothing would start the process again', async () => {
    for (const name of variables) delete process.env[name]
    expect(await precondition(restartSelf({ supervised: false }))).toContain('nothing would start')
    process.env.INVOCATION_ID = 'of systemd'
    expect(await precondition(restartSelf())).toBeUndefined()
  })

  test('finishes what it was told to, saves the memory, and exits with a code that asks for a start', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(((code: number) => say('exit')(code)) as never)
    const context = { ...sampleContext(), save: async () => say('save')() }
    await restartSelf({ before: say('before') }).apply(sampleIncident(), context)
    expect(said).toEqual(['before', 'save', 'exit 75'])
    expect(exit).toHaveBeenCalledOnce()
    expect(() => restartSelf({ code: 0 })).toThrow(/restartSelf.code/)
  })

  test('a reboot is refused where systemd does not run the machine, and ends the process as a restart does', async () => {
    const { existsSync } = await import('node:fs')
    if (!existsSync('/run/systemd/system')) expect(await precondition(reboot())).toContain('systemd')
    expect(reboot().restarts).toBe(true)
  })
})
