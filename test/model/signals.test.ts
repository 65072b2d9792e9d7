import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CHECKS } from '../../src/model/signals/checks.js'
import { CLIENTS } from '../../src/model/signals/clients.js'
import { COMMANDS } from '../../src/model/signals/commands.js'
import { HOST } from '../../src/model/signals/host.js'
import { NETWORK } from '../../src/model/signals/network.js'
import { OUTBOX } from '../../src/model/signals/outbox.js'
import { PI } from '../../src/model/signals/pi.js'
import type { SignalRow } from '../../src/model/signals/row.js'
import { LOGS, TRACES } from '../../src/model/signals/telemetry.js'
import { VITALS } from '../../src/model/signals/vitals.js'

const SECTIONS = [
  ['`vitals()`', VITALS, 'This Node process.'],
  ['`host()`', HOST, 'The machine, and the container or control group that the service runs in. See [host](host.md).'],
  ['`pi()`', PI, 'A Raspberry Pi. See [Raspberry Pi](raspberry-pi.md).'],
  [
    '`spans()`',
    TRACES,
    'The operations of this process and its call graph. See [OpenTelemetry](opentelemetry.md#traces).',
  ],
  ['`logs()`', LOGS, 'What the app logs. See [OpenTelemetry](opentelemetry.md#logs).'],
  ['`pool()`, `queue()`, `fetches()`', CLIENTS, 'What the service works with. See [clients](clients.md).'],
  ['`durable()`, `forward()`', OUTBOX, 'What waits to be sent. See [the edge](edge.md).'],
  ['`network()`', NETWORK, 'Whose fault it is that nobody is reached. See [the edge](edge.md#me-or-the-network).'],
  ['`commands()`', COMMANDS, 'Commands from afar. See [fleets](fleet.md#commands-from-afar).'],
  ['`check()`, `probe()`, and every monitor', CHECKS, 'See [health](health.md) and [probes](probes.md).'],
] as const
const rows: readonly SignalRow[] = SECTIONS.flatMap(([, table]) => Object.values(table))
const OWN = 'pi_uptime.'
const VERSION = '1.45'
/** Those that the Collector's connectors `spanmetrics`, `servicegraph` and `count` derive, and their attributes. */
const CONNECTORS = /^traces\.(?:span\.metrics|service\.graph)\.|^log\.record\.count\./
const CONNECTOR_KEYS = ['span.name', 'span.kind', 'client', 'server']
/** What a counter or a histogram of OpenTelemetry becomes over a window. */
const DERIVED = /\.(?:rate|mean|max|p99)$/

const dist = join(import.meta.dirname, '../../node_modules/@opentelemetry/semantic-conventions')
/** Every name in one kind of file of OpenTelemetry's own package. */
const theirs = (kind: string): ReadonlySet<string> => {
  const text = ['stable', 'experimental']
    .map((one) => readFileSync(join(dist, 'dist', `${one}_${kind}.mjs`), 'utf8'))
    .join()
  return new Set([...text.matchAll(/^const \w+ = "([\w.]+)";$/gm)].map(([, name]) => name as string))
}

const bare = (key: string): string => key.replace(/[[\]]/g, '')

function line({ name, unit, attributes, meaning }: SignalRow): string {
  const keys = attributes.map((key) => (key.startsWith('[') ? `\`${bare(key)}\` (some)` : `\`${key}\``)).join('<br>')
  return `| \`${name}\` | \`${unit}\` | ${keys || '–'} | ${meaning} |`
}

const page = `# Signals

Every signal that the library observes by itself: name, UCUM unit, attributes and meaning. Written from \`src/model/signals/\` by
\`npm run signals\`; a test fails when it is stale.

Names and attributes are those of OpenTelemetry's semantic conventions ${VERSION} where they have one, or of the Collector's connectors. What they have no name for is under
\`${OWN}\`: \`anomaly()\` leaves these alone unless it is told otherwise. \`.rate\`, \`.mean\` and \`.max\` are what a counter or a
histogram becomes over the window between two looks, as with \`tee()\`. What the library exports about itself is in
[OpenTelemetry](opentelemetry.md).

${SECTIONS.map(([title, table, words]) => `## ${title}\n\n${words}\n\n| Signal | Unit | Attributes | Meaning |\n| --- | --- | --- | --- |\n${Object.values(table).map(line).join('\n')}`).join('\n\n')}
`

test('docs/signals.md says what the table says (after a change: npm run signals)', async () => {
  await expect(page).toMatchFileSnapshot('../../docs/signals.md')
})

test("a name that is not our own is one of OpenTelemetry's", () => {
  const { version } = JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'))
  expect(version).toMatch(new RegExp(`^${VERSION}\\.`))
  const names = theirs('metrics')
  const unknown = rows.filter(
    ({ name }) =>
      !name.startsWith(OWN) && !CONNECTORS.test(name) && !names.has(name) && !names.has(name.replace(DERIVED, '')),
  )
  expect(unknown.map(({ name }) => name)).toEqual([])
  const keys = theirs('attributes')
  const strangers = rows
    .flatMap(({ attributes }) => attributes.map(bare))
    .filter((key) => !key.startsWith(OWN) && !CONNECTOR_KEYS.includes(key) && !keys.has(key))
  expect(strangers).toEqual([])
})

test('each signal is there once, with a unit and a meaning', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
  expect(rows.filter(({ unit, meaning }) => unit === '' || meaning === '' || meaning.includes('|'))).toEqual([])
})
