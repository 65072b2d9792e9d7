import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from './build.js'

const run = promisify(execFile)

const development = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies
const asDeveloped = (...names: string[]): string[] => names.map((name) => `${name}@${development[name]}`)

/** Lines of OpenTelemetry that an app may be on. */
const lines = {
  '2.x': asDeveloped('@opentelemetry/api', '@opentelemetry/sdk-metrics', '@opentelemetry/exporter-metrics-otlp-http'),
  '3.x': [
    '@opentelemetry/api@1.10.0',
    '@opentelemetry/sdk-metrics@3.1.1',
    '@opentelemetry/exporter-metrics-otlp-http@0.301.0',
  ],
}
const nodes = [20, 22, 24, 26]

const bench = mkdtempSync(join(tmpdir(), 'pi-uptime-package-'))
const packed = join(bench, 'pi-uptime.tgz')
const at = (place: string): string => join(bench, place)

/** Names of values, by subpath, as test/public-api.txt lists them. */
const expected = Object.fromEntries(
  readFileSync(join(root, 'test/public-api.txt'), 'utf8')
    .trim()
    .split('\n\n')
    .map((room) => room.split('\n').map((line) => line.trim()))
    .map(([name, ...names]) => [name as string, names.filter((one) => !one.startsWith('type ')).sort()] as const)
    .filter(([name]) => name !== 'pi-uptime/register'),
)

async function install(place: string, ...packages: string[]): Promise<string> {
  const cwd = at(place)
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'package.json'), '{ "private": true }')
  cpSync(join(import.meta.dirname, 'fixtures'), cwd, { recursive: true })
  const { stdout, stderr } = await run('npm', ['install', '--no-audit', '--no-fund', packed, ...packages], { cwd })
  return stdout + stderr
}

const versionOf = (place: string, name: string): string =>
  JSON.parse(readFileSync(at(`${place}/node_modules/@opentelemetry/${name}/package.json`), 'utf8')).version

const fetched = new Map<number, Promise<string>>()

/** Where the newest Node of that line is. */
function fetchNode(major: number): Promise<string> {
  const args = ['--yes', `--package=node@${major}`, 'node', '--print', 'process.execPath']
  const known = fetched.get(major)
  const found = known ?? run('npx', args, { cwd: bench }).then(({ stdout }) => stdout.trim())
  fetched.set(major, found)
  return found
}

/** Without a network a line of Node cannot be had: said aloud, and in CI a failure. */
async function nodeOrSkip(major: number, skip: (note: string) => never): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  try {
    return await fetchNode(major)
  } catch (error) {
    if (process.env.CI) throw error
    return skip(`node@${major} cannot be fetched`)
  }
}

const sink: { server: Server; readonly got: string[] } = {
  got: [],
  server: createServer((request, response) => {
    sink.got.push(request.url ?? '')
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
  }),
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', bench], {
    cwd: root,
  })
  cpSync(at(stdout.trim()), packed)
  await new Promise<void>((resolve) => sink.server.listen(0, '127.0.0.1', resolve))
  for (const [line, packages] of Object.entries(lines)) await install(line, ...packages)
})

afterAll(() => {
  sink.server.close()
  rmSync(bench, { recursive: true, force: true })
})

test('installed into an empty folder, it brings OpenTelemetry packages that fit each other', async () => {
  await install('plain')
  const [api, sdk, exporter] = ['api', 'sdk-metrics', 'exporter-metrics-otlp-http'].map((name) =>
    versionOf('plain', name),
  )
  const second = { api: /^1\.9\./, sdk: /^2\./, exporter: /^0\.2/ }
  const third = { api: /^1\.1\d\./, sdk: /^3\./, exporter: /^0\.3/ }
  const fitting = sdk?.startsWith('2.') ? second : third
  expect({ api, sdk, exporter }).toEqual({
    api: expect.stringMatching(fitting.api),
    sdk: expect.stringMatching(fitting.sdk),
    exporter: expect.stringMatching(fitting.exporter),
  })
  await run('npm', ['ls', '--all'], { cwd: at('plain') }) // fails when a peer is missing or of a wrong version
})

test('the package holds the build and its papers, and nothing else', () => {
  const files = readdirSync(at('2.x/node_modules/pi-uptime'))
  expect(files.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json'])
})

describe.each(Object.keys(lines))('OpenTelemetry %s', (line) => {
  test.each(['module', 'commonjs'])('TypeScript compiles against it in a package of type %s', async (type) => {
    const place = `${line}-${type}`
    await install(place, ...lines[line as keyof typeof lines], ...asDeveloped('typescript', '@types/node'))
    writeFileSync(at(`${place}/package.json`), JSON.stringify({ private: true, type }))
    const strict = '--strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess --skipLibCheck false'
    const flags = `${strict} --target es2023 --module nodenext --types node --noEmit types.ts`
    const { stdout } = await run(process.execPath, ['node_modules/typescript/bin/tsc', ...flags.split(' ')], {
      cwd: at(place),
    }).catch((error) => error)
    expect(stdout).toBe('')
  })

  describe.each(nodes)('Node %i', (major) => {
    const ask = async (skip: (note: string) => never, ...args: string[]): Promise<string> => {
      const node = await nodeOrSkip(major, skip)
      const port = String(await freePort())
      const endpoint = `http://127.0.0.1:${(sink.server.address() as AddressInfo).port}`
      const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, PI_UPTIME_HEALTH: port, NODE_OPTIONS: '' }
      sink.got.length = 0
      const { stdout } = await run(node, args, { cwd: at(line), env, timeout: 30_000 })
      return stdout
    }

    test.for(['use.mjs', 'use.cjs'])('%s finds every name, watches and exports', async (file, { skip }) => {
      expect(await ask(skip, file, JSON.stringify(expected))).toContain('ok')
      expect(sink.got).toContain('/v1/metrics')
    })

    test.for(['--import', '--require'])('%s pi-uptime/register starts it with no code', async (how, { skip }) => {
      expect(await ask(skip, how, 'pi-uptime/register', 'app.cjs')).toContain('livez 200')
    })
  })
})
