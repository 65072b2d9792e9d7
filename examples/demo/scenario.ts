import { setTimeout as sleep } from 'node:timers/promises'
import { type Addresses, FAULTS, type Fault } from './faults.js'
import type { Journal } from './journal.js'
import type { Scene } from './picture.js'
import { BASELINE, BETWEEN, PATIENCE } from './settings.js'

/** What became of one fault; times in milliseconds after it was injected. */
export interface Result {
  readonly fault: Fault
  readonly injectedAt: number
  detectedAfter?: number
  repairedAfter?: number
  closedAfter?: number
  /** The incident in which it was repaired. */
  incident?: string
  outcome?: string
  evidence?: string
  problem?: string
}

/** Lets the monitor learn, then breaks one thing after another, and watches what the shop does about it. */
export async function play(scene: Scene, journal: Journal, at: Addresses): Promise<readonly Result[]> {
  scene.title = 'Ordinary life: customers come, and the monitor learns what is normal. Nobody has told it any limit.'
  journal.note('demo', `${BASELINE / 1000} s of ordinary life, in which the monitor learns what is normal`)
  await sleep(BASELINE)
  const results: Result[] = []
  for (const fault of FAULTS) {
    scene.act++
    const result = await suffer(fault, scene, journal, at)
    results.push(result)
    if (result.problem !== undefined) break
    scene.title = 'All is well again.'
    await sleep(BETWEEN)
  }
  return results
}

async function suffer(fault: Fault, scene: Scene, journal: Journal, at: Addresses): Promise<Result> {
  const injectedAt = journal.now
  const result: Result = { fault, injectedAt }
  scene.title = `The driver breaks something: ${fault.story}. The monitor is not told.`
  scene.marks.push({ at: injectedAt, sign: '▲', text: fault.name, color: 203 })
  journal.note('fault', fault.story)
  await fault.inject(at)

  const detected = await journal.until(PATIENCE, () => found(fault, injectedAt, journal))
  if (detected === undefined) return { ...result, problem: `${fault.signal} was not found abnormal` }
  result.detectedAfter = detected - injectedAt
  scene.title = `Noticed ${seconds(result.detectedAfter)} after the fault. The shop repairs itself.`

  const repaired = await journal.until(PATIENCE, () => helped(fault, injectedAt, journal) !== undefined)
  if (repaired === undefined) return { ...result, problem: `${fault.remediation} did not prove that it helped` }
  result.repairedAfter = repaired - injectedAt
  const { incident, outcome, evidence } = helped(fault, injectedAt, journal) ?? {}
  Object.assign(result, { incident, outcome, evidence })
  scene.title = `Repaired ${seconds(result.repairedAfter)} after the fault, and verified by the signals.`
  scene.marks.push({ at: repaired, sign: '✔', text: '', color: 71 })

  await fault.heal?.(at)
  const closed = await journal.until(PATIENCE, () => journal.openIncident === undefined)
  if (closed === undefined) return { ...result, problem: 'the incident did not close' }
  return { ...result, closedAfter: closed - injectedAt }
}

function found(fault: Fault, since: number, { findings }: Journal): boolean {
  return findings.some(({ at, said }) => at > since && said.state === 'open' && said.signal.name === fault.signal)
}

function helped(fault: Fault, since: number, { actions }: Journal): Journal['actions'][number]['said'] | undefined {
  return actions.find(({ at, said }) => at > since && said.name === fault.remediation && said.outcome === 'helped')?.said
}

export function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : `${(ms / 1000).toFixed(1)} s`
}
