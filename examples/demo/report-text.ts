import type { Summary } from './summary.js'
import { bold, dim, pad, paint } from './terminal.js'

const WIDTHS = [20, 12, 12, 20, 22, 10] as const

/** The summary for a person. */
export function textOf({ ok, problems, took, faults, baseline, alerts, exported }: Summary): string {
  const row = (cells: readonly string[]): string => `  ${cells.map((cell, i) => pad(cell, WIDTHS[i] ?? 0)).join('')}`
  const table = faults.map(({ name, detectedAfter, repairedAfter, closedAfter, remediation, outcome }) =>
    row([
      name,
      seconds(detectedAfter),
      seconds(repairedAfter),
      remediation,
      outcome === 'helped' ? paint(71, '✔ by the signals') : paint(203, outcome ?? 'no'),
      seconds(closedAfter),
    ]),
  )
  const told = list(alerts) || 'none'
  const events = list(exported.events, 'pi_uptime.') || 'none'
  return [
    '',
    bold(` The demo took ${Math.round(took)} s. Times are from the moment at which the fault was injected:`),
    '',
    dim(row(['fault', 'detected', 'repaired', 'by', 'verified', 'incident closed'])),
    ...table,
    '',
    `  false findings in the baseline   ${baseline.falseFindings}`,
    `  alerts by webhook                ${told}`,
    `  OTLP receiver, metrics           ${exported.points} points in ${exported.requests} requests, ${exported.metrics.length} metrics:`,
    ...wrapped(exported.metrics, 76).map((line) => dim(`                                   ${line}`)),
    `  OTLP receiver, log events        ${events}`,
    '',
    ok
      ? paint(71, ' ✔ Every fault was detected, repaired, verified by the signals and exported.')
      : paint(203, ` ✘ ${problems.join('\n ✘ ')}`),
    '',
  ].join('\n')
}

function seconds(value: number | undefined): string {
  return value === undefined ? '–' : `${value.toFixed(1)} s`
}

function list(counts: Readonly<Record<string, number>>, prefix = ''): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name.replace(prefix, '')}`)
    .join(', ')
}

function wrapped(words: readonly string[], width: number): string[] {
  const lines = ['']
  for (const word of words) {
    const last = lines.at(-1) as string
    if (last.length + word.length > width) lines.push(word)
    else lines[lines.length - 1] = last ? `${last}, ${word}` : word
  }
  return lines
}
