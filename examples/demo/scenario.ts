import { setTimeout as sleep } from 'node:timers/promises'
import type { Action } from 'pi-uptime'
import { type Addresses, FAULTS, type Fault } from './faults.js'
import type { Journal } from './journal.js'
import type { Scene } from './scene.js'
import { BASELINE, BETWEEN, PATIENCE } from './settings.js'

/** What became of one fault; times in milliseconds after it was injected. */
export interface Result {
  readonly fault: Fault
  readonly injectedAt: number
  detectedAfter?: number
  repairedAfter?: number
  closedAfter?: number
  /** The remediation's run that helped. */
  repair?: Action | undefined
  problem?: string | undefined
}

/** Lets the monitor learn, then breaks one thing after another, and watches what the shop does about it. */
export async function play(at: Addresses, journal: Journal, scene: Scene, results: Result[]): Promise<void> {
  scene.title = 'Ordinary life: customers come, and the monitor learns what is normal. Nobody has told it any limit.'
  journal.note('demo', `${BASELINE / 1000} s of ordinary life, in which the monitor learns what is normal`)
  await sleep(BASELINE)
  for (const fault of FAULTS) {
    const result: Result = { fault, injectedAt: journal.now }
    results.push(result)
    scene.act++
    result.problem = await suffer(result, at, journal, scene)
    if (result.problem !== undefined) return
    scene.title = 'All is well again.'
    await sleep(BETWEEN)
  }
}

/** One fault from its injection to the end of its incident; answers with what went wrong, if anything. */
async function suffer(result: Result, at: Addresses, journal: Journal, scene: Scene): Promise<string | undefined> {
  const { fault, injectedAt } = result
  const since = (moment: number): number => moment - injectedAt
  scene.title = `Broken now: ${fault.story}. The monitor is not told.`
  scene.marks.push({ at: injectedAt, sign: '▲' })
  journal.note('fault', fault.story)
  await fault.inject(at)

  const detected = await journal.until(PATIENCE, () => found(fault, injectedAt, journal))
  if (detected === undefined) return `${fault.signal} was not found abnormal`
  result.detectedAfter = since(detected)
  scene.title = `Noticed ${seconds(since(detected))} after the fault. The shop repairs itself.`

  const repaired = await journal.until(PATIENCE, () => helped(fault, injectedAt, journal) !== undefined)
  if (repaired === undefined) return `${fault.remediation} did not prove that it helped`
  result.repairedAfter = since(repaired)
  result.repair = helped(fault, injectedAt, journal)
  scene.title = `Repaired ${seconds(since(repaired))} after the fault, and verified by the signals.`
  scene.marks.push({ at: repaired, sign: '✔' })
  scene.repaired.push(since(repaired))

  await fault.heal?.(at)
  const closed = await journal.until(PATIENCE, () => journal.openIncident === undefined)
  if (closed === undefined) return 'the incident did not close'
  result.closedAfter = since(closed)
  return undefined
}

function found(fault: Fault, since: number, { findings }: Journal): boolean {
  return findings.some(({ at, said }) => at > since && said.state === 'open' && said.signal.name === fault.signal)
}

function helped(fault: Fault, since: number, { actions }: Journal): Action | undefined {
  return actions.find(({ at, said }) => at > since && said.name === fault.remediation && said.outcome === 'helped')
    ?.said
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
