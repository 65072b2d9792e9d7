/**
 * What every benchmark here shares: each case runs in a process of its own, in rounds that take every case in turn, so that a
 * noisy minute meets them all; a figure is the median over the rounds, its spread the middle half of them.
 */
import { spawnSync } from 'node:child_process'
import { availableParallelism, cpus } from 'node:os'

/** What a case measured in one round, under names such as `ns`. */
export type Sample = Readonly<Record<string, number>>

/** One side of a comparison. */
export interface Case {
  /** Flags of node for its process. */
  readonly flags?: readonly string[]
  /** Set where the case starts processes itself: it then needs none of its own. */
  readonly spawns?: true
  run(): Sample | Promise<Sample>
}

/** One line of the table. Less is better, always. */
export interface Row {
  readonly what: string
  /** What it is compared with, in the same rounds; `'–'` where the figure stands for itself. */
  readonly against: string
  /** The figure: a ratio, or an amount where there is nothing to compare with. */
  readonly ratio: number
  /** @defaultValue `'×'` */
  readonly unit?: string
  readonly must: number
  readonly aim: number
  /** Between which figures the middle half of the rounds lay. */
  readonly spread: readonly [number, number]
}

/** What a benchmark prints with `--json`. */
export interface Report {
  readonly name: string
  readonly machine: string
  readonly node: string
  readonly rounds: number
  readonly rows: readonly Row[]
  /** Medians of what each case measured. */
  readonly cases: Readonly<Record<string, Sample>>
}

/** All values of one name that a case measured, in the order of the rounds. */
export type Values = (of: string, name: string) => readonly number[]

/** What is measured, and what is to be read from it. */
export interface Benchmark {
  readonly name: string
  readonly rounds: number
  readonly cases: Readonly<Record<string, Case>>
  rows(values: Values): readonly Row[]
}

/** The two limits of a row. */
export type Limits = Pick<Row, 'must' | 'aim'>

/** Measures, and prints a table, or JSON with `--json`. In the process of a case: measures that. */
export async function benchmark(bench: Benchmark): Promise<void> {
  const [option, name = ''] = process.argv.slice(2)
  if (option === '--case') {
    process.stdout.write(`\n${JSON.stringify(await (bench.cases[name] as Case).run())}`, () => process.exit())
    return
  }
  const report = await measured(bench)
  console.log(option === '--json' ? JSON.stringify(report, null, 2) : page(report))
}

/** A row that compares two lists of values, round by round. */
export function ratioRow(
  what: string,
  against: string,
  values: readonly number[],
  others: readonly number[],
  limits: Limits,
): Row {
  return row(
    { what, against, ...limits },
    values.map((value, round) => value / (others[round] as number)),
  )
}

/** A row for figures that stand for themselves. */
export function amountRow(what: string, unit: string, values: readonly number[], limits: Limits): Row {
  return row({ what, against: '–', unit, ...limits }, values)
}

function row(of: Omit<Row, 'ratio' | 'spread'>, values: readonly number[]): Row {
  return { ...of, ratio: median(values), spread: [quantile(values, 0.25), quantile(values, 0.75)] }
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = q * (sorted.length - 1)
  const below = sorted[Math.floor(place)] as number
  return below + (place % 1) * ((sorted[Math.ceil(place)] as number) - below)
}

async function measured({ name, rounds, cases, rows }: Benchmark): Promise<Report> {
  const samples = new Map<string, Sample[]>(Object.keys(cases).map((title) => [title, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const [title, one] of Object.entries(cases)) {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${name} ${round}/${rounds}: ${title}`)
      const sample = one.spawns ? await one.run() : apart(title, one)
      samples.get(title)?.push(sample)
    }
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  const values: Values = (of, key) => (samples.get(of) ?? []).map((sample) => sample[key] ?? Number.NaN)
  const medians = [...samples].map(([title, list]): [string, Sample] => [title, medianOf(list)])
  return {
    name,
    machine: machine(),
    node: process.version,
    rounds,
    rows: rows(values),
    cases: Object.fromEntries(medians),
  }
}

function medianOf(samples: readonly Sample[]): Sample {
  const names = Object.keys(samples[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, median(samples.map((sample) => sample[name] ?? Number.NaN))]))
}

function apart(title: string, { flags = [] }: Case): Sample {
  const args = [...process.execArgv, ...flags, process.argv[1] as string, '--case', title]
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the case '${title}' failed`)
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n'))) as Sample
}

/** What it ran on, for the page. */
export function machine(): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${process.platform} ${process.arch}`
}

/** A report as Markdown. */
export function page({ name, rounds, rows, cases }: Report): string {
  const table = [
    '| What | Against | Measured | Middle half of rounds | Must | Aim | Met |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(line),
  ]
  const medians = Object.entries(cases).map(([title, sample]) => `${title}: ${figures(sample)}`)
  return `## ${name}\n\n${table.join('\n')}\n\nMedians of ${rounds} rounds: ${medians.join('; ')}.`
}

function line({ what, against, ratio, unit = '×', must, aim, spread }: Row): string {
  const met = ratio <= aim ? 'aim' : ratio <= must ? 'must' : '**no**'
  const [low, high] = spread.map(short)
  const cells = [
    what,
    against,
    `${short(ratio)}${unit}`,
    `${low} to ${high}`,
    `${short(must)}${unit}`,
    `${short(aim)}${unit}`,
  ]
  return `| ${[...cells, met].join(' | ')} |`
}

function figures(sample: Sample): string {
  return Object.entries(sample)
    .map(([name, value]) => `${short(value)} ${name}`)
    .join(', ')
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(+value.toPrecision(3))
}
