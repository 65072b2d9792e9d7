import {
  type Action,
  type Alert,
  ATTRIBUTE,
  type AuditEntry,
  type Fault,
  type Feedback,
  type Finding,
  type Incident,
} from '../model/index.js'
import { Tally } from './tally.js'

/** What has happened so far, by the attributes under which it is exported. */
export class Counts {
  readonly findings: Tally = new Tally()
  readonly incidents: Tally = new Tally()
  readonly alerts: Tally = new Tally()
  readonly actions: Tally = new Tally()
  readonly refusals: Tally = new Tally()
  /** Seconds from the onset to the first step, and to the proof that it helped. */
  readonly detecting: Tally = new Tally()
  readonly repairing: Tally = new Tally()
  readonly faults: Tally = new Tally()
  readonly feedback: Tally = new Tally()

  /** A finding was opened. */
  finding({ watcher, severity }: Finding): void {
    this.findings.add({ [ATTRIBUTE.watcher]: watcher, [ATTRIBUTE.severity]: severity })
  }

  /** An incident was opened. */
  incident({ severity }: Incident): void {
    this.incidents.add({ [ATTRIBUTE.severity]: severity })
  }

  alert({ reason, incident }: Alert): void {
    this.alerts.add({ [ATTRIBUTE.reason]: reason, [ATTRIBUTE.severity]: incident.severity })
  }

  action({ name, outcome, since, startedAt, time }: Action): void {
    this.actions.add({ [ATTRIBUTE.action]: name, [ATTRIBUTE.outcome]: outcome })
    if (outcome === 'started') this.detecting.add({ [ATTRIBUTE.action]: name }, (startedAt - since) / 1000)
    if (outcome === 'helped') this.repairing.add({ [ATTRIBUTE.action]: name }, (time - since) / 1000)
  }

  /** A line of the audit trail. */
  audit({ event, playbook, what }: AuditEntry): void {
    if (event === 'refused') this.refusals.add({ [ATTRIBUTE.action]: playbook, [ATTRIBUTE.guard]: what })
  }

  fault({ part }: Fault): void {
    this.faults.add({ [ATTRIBUTE.part]: part })
  }

  /** Each finding that was rated counts. */
  rated({ rating, findings }: Feedback): void {
    for (const { watcher } of findings) this.feedback.add({ [ATTRIBUTE.watcher]: watcher, [ATTRIBUTE.rating]: rating })
  }
}
