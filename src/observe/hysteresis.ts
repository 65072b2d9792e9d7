import type { HealthStatus } from '../model/index.js'

/**
 * Keeps a status steady: it gets worse when so many answers in a row were at least that bad, and better when so many in a
 * row were at least that good. The first answer of all decides at once.
 *
 * `patient` is for what takes its time to come up: failures before the first other answer say nothing until there were
 * `failAfter` of them.
 */
export class Hysteresis {
  status: HealthStatus | undefined
  #failing = 0
  #ailing = 0
  #bearable = 0
  #passing = 0

  constructor(
    private readonly failAfter: number,
    private readonly passAfter: number,
    private readonly patient: boolean,
  ) {}

  /** Takes an answer in; the status that holds now. */
  push(answer: HealthStatus): HealthStatus | undefined {
    this.#failing = answer === 'fail' ? this.#failing + 1 : 0
    this.#ailing = answer !== 'pass' ? this.#ailing + 1 : 0
    this.#bearable = answer !== 'fail' ? this.#bearable + 1 : 0
    this.#passing = answer === 'pass' ? this.#passing + 1 : 0
    this.status = this.status === undefined ? this.#first(answer) : this.#next(this.status)
    return this.status
  }

  #first(answer: HealthStatus): HealthStatus | undefined {
    return answer === 'fail' && this.patient && this.#failing < this.failAfter ? undefined : answer
  }

  #next(status: HealthStatus): HealthStatus {
    if (this.#failing >= this.failAfter) return 'fail'
    if (this.#passing >= this.passAfter) return 'pass'
    if (status === 'pass' && this.#ailing >= this.failAfter) return 'warn'
    if (status === 'fail' && this.#bearable >= this.passAfter) return 'warn'
    return status
  }
}
