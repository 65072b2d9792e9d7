import { idOf } from '../../model/index.js'
import type { Run } from './engine-state.js'
import { readings } from './judge.js'
import type { Scene } from './scene.js'
import type { Traits } from './traits.js'

/** A run that begins: in `observe` by looking on, otherwise by asking a person, unless it is prepared at once. */
export function newRun({ engine, patient, now }: Scene, traits: Traits): Run {
  const { playbook, mode, rungs, settle, approval } = traits
  const { incident, treats, failures, attempts: attempt } = patient
  const looksOn = mode === 'observe'
  return {
    id: idOf('a', playbook, incident.id, attempt, now),
    incident: incident.id,
    attempt,
    rung: Math.min(failures, rungs.length - 1),
    treats,
    before: readings(incident, treats),
    startedAt: now,
    phase: looksOn ? 'shadowing' : 'asking',
    until: engine.age + (looksOn ? settle : approval),
    begun: 0,
    heard: true,
    outcome: '',
    evidence: '',
    undo: false,
    escalate: false,
    undos: 0,
  }
}
