import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/pi-uptime-parts')
const SOURCES = '/etc/apt/sources.list.d/debian.sources'

/**
 * A package of another Debian suite, downloaded with an apt configuration of its own from where this machine gets its packages, and unpacked into a folder that is kept. Nothing of the machine is changed.
 *
 * @returns the folder. Rejects where it cannot be had.
 */
export async function debianPackage(suite: string, name: string): Promise<string> {
  const folder = join(CACHE, name)
  if (existsSync(folder)) return folder
  const apt = join(CACHE, `apt-${suite}`)
  for (const place of ['state/lists/partial', 'cache/archives/partial', `deb-${name}`])
    mkdirSync(join(apt, place), { recursive: true })
  const [first = ''] = readFileSync(SOURCES, 'utf8').split('\n\n')
  writeFileSync(join(apt, 'own.sources'), first.replace(/^Suites:.*$/m, `Suites: ${suite}`))
  const settings = [
    ['Dir::Etc::sourcelist', join(apt, 'own.sources')],
    ['Dir::Etc::sourceparts', '-'],
    ['Dir::State', join(apt, 'state')],
    ['Dir::State::status', '/dev/null'],
    ['Dir::Cache', join(apt, 'cache')],
    ['APT::Sandbox::User', 'root'],
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`])
  const cwd = join(apt, `deb-${name}`)
  await run('apt-get', [...settings, '-q', 'update'], { cwd })
  await run('apt-get', [...settings, '-q', 'download', name], { cwd })
  const [file = ''] = readdirSync(cwd)
  await run('dpkg', ['-x', file, folder], { cwd })
  return folder
}
