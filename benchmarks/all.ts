/** Runs the benchmarks of cost and writes their sections of results.md: all, or those of the groups that are named. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { page, type Report } from './frame.js'
import { writeSection } from './results.js'

/** The sections, and what is in them; a benchmark is a file of its name, or where FILES says. */
const GROUPS = {
  cost: { title: 'What it costs', names: ['record', 'memory', 'import', 'tee', 'virtual-time'] },
  edge: { title: 'What it costs to lose nothing', names: ['edge', 'outage', 'summarise'] },
  senses: { title: 'What its senses cost', names: ['sources', 'spans', 'logs', 'service', 'share'] },
} as const
type Group = keyof typeof GROUPS
const FILES: Readonly<Record<string, string>> = { service: 'service/index', share: 'service/share' }
const PACKAGES = ['@opentelemetry/api', '@opentelemetry/sdk-metrics'] as const
const SEED = 42
const here = import.meta.dirname

function run(name: string): Report {
  const args = [...process.execArgv, join(here, `${FILES[name] ?? name}.ts`), '--json']
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the benchmark '${name}' failed`)
  return JSON.parse(stdout) as Report
}

function version(folder: string): string {
  return (JSON.parse(readFileSync(join(here, '..', folder, 'package.json'), 'utf8')) as { version: string }).version
}

function results(group: Group, reports: readonly Report[]): string {
  const { title, names } = GROUPS[group]
  const [{ machine, node }] = reports as [Report]
  const versions = PACKAGES.map((name) => `${name} ${version(`node_modules/${name}`)}`)
  return `# ${title}

Written by \`npm run bench -- ${group}\`; one part alone: ${names.map((name) => `\`npm run bench:${name}\``).join(', ')}, each also with \`-- --json\`.

- Machine: ${machine}. Node ${node}. ${new Date().toISOString().slice(0, 10)}.
- pi-uptime ${version('.')}, built; ${versions.join(', ')}. Noise is seeded: ${SEED}.
- Every case of every round runs in a process of its own, and a round takes all cases in turn. A ratio compares two cases
  of one round. What stands here is the median over the rounds, and between which figures the middle half of them lay.
- Less is better everywhere. *Must* and *aim* are the project's own limits; the last column says which of the two is met.
- The machine is shared and virtual. Nanoseconds move by half from hour to hour, ratios by a tenth or two, and a figure
  that differs by less than its spread does not differ. Quote ratios.

${reports.map(page).join('\n\n')}
`
}

const named = process.argv.slice(2).filter((name) => name !== '--json')
const unknown = named.filter((name) => !Object.hasOwn(GROUPS, name))
if (unknown.length > 0) throw new Error(`no such group: ${unknown}; there are ${Object.keys(GROUPS).join(', ')}`)
const chosen = (Object.keys(GROUPS) as Group[]).filter((name) => named.length === 0 || named.includes(name))
for (const group of chosen) {
  const reports = GROUPS[group].names.map(run)
  if (process.argv.includes('--json')) console.log(JSON.stringify(reports, null, 2))
  else {
    writeSection(group, results(group, reports))
    console.log(reports.map(page).join('\n\n'))
  }
}
