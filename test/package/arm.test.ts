import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OtlpSink, otlpSink } from '../real/sink/otlp-sink.js'
import { ARMS, emulated } from './arm.js'
import { root } from './build.js'

const run = promisify(execFile)
const bench = mkdtempSync(join(tmpdir(), 'pi-uptime-arm-'))
let sink: OtlpSink

beforeAll(async () => {
  sink = await otlpSink()
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', bench], { cwd: root })
  writeFileSync(join(bench, 'package.json'), '{ "private": true }')
  cpSync(join(import.meta.dirname, 'fixtures/arm.mjs'), join(bench, 'arm.mjs'))
  await run('npm', ['install', '--no-audit', '--no-fund', join(bench, stdout.trim())], { cwd: bench })
})
afterAll(() => sink.close())

test.for(ARMS)(
  'on emulated Arm, $name, the packed library runs the standard preset, finds what is wrong and exports it',
  async (arm, { skip }) => {
    sink.clear()
    const [program, ...args] = await emulated(arm).catch((error) =>
      skip(`emulation cannot be had: ${String(error.message).split('\n')[0]}`),
    )
    const env = { PATH: process.env.PATH, HOME: bench, SINK: sink.url }
    const { stdout, stderr } = await run(program, [...args, 'arm.mjs'], { cwd: bench, env, timeout: 240_000 })
    const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    expect(told, stderr).toMatchObject({ arch: arm.architecture === 'arm64' ? 'arm64' : 'arm' })
    expect(told.found[0]).toContain('board.reading is')
    expect(told.observations).toBeGreaterThan(200)
    const findings = sink.points('pi_uptime.findings')
    expect(findings.length, `exported: ${[...new Set(sink.points().map(({ name }) => name))]}`).toBeGreaterThan(0)
  },
)
