import type { CheckResult, Health, HealthFilter } from '../../model/index.js'
import { HealthBoard } from './health-board.js'

/** The health of the service as it stands: the board, and what only the shell knows. Tells when the answer changes. */
export class HealthDesk {
  readonly #board = new HealthBoard()
  /** Which part published which checks, so that they go when it goes. */
  readonly #published = new Map<string, Set<string>>()
  #started = false
  #draining = false
  #telling = false

  constructor(
    private readonly service: string,
    private readonly changed: (health: Health) => void,
  ) {}

  publish(result: CheckResult, part: string): void {
    if (!this.#board.set(result)) return
    const names = this.#published.get(part) ?? new Set()
    this.#published.set(part, names.add(result.name))
    this.#change()
  }

  /** Results that were not kept. */
  get refused(): number {
    return this.#board.refused
  }

  /** A part has been taken out. */
  retract(part: string): void {
    for (const name of this.#published.get(part) ?? []) this.#board.remove(name)
    if (this.#published.delete(part)) this.#change()
  }

  /** The monitor observes now. */
  open(): void {
    this.#started = true
    this.#change()
  }

  /** The monitor observes no more. One that is started again serves again. */
  close(): void {
    this.#started = false
    this.#draining = false
    this.#change()
  }

  /** The shutdown begins. */
  drain(): void {
    if (this.#draining) return
    this.#draining = true
    this.#change()
  }

  health(filter?: HealthFilter): Health {
    return this.#board.health({ service: this.service, started: this.#started, draining: this.#draining, filter })
  }

  /** Told once for all the changes of one turn: a thousand checks may start in it. */
  #change(): void {
    if (this.#telling) return
    this.#telling = true
    queueMicrotask(() => {
      this.#telling = false
      this.changed(this.health())
    })
  }
}
