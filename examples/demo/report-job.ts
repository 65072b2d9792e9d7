import { pbkdf2Sync } from 'node:crypto'
import { REPORT_BLOCKS } from './settings.js'

/**
 * The monthly report: computed synchronously, part after part, on the event loop that should answer the customers.
 */
export class ReportJob {
  #next: NodeJS.Timeout | undefined

  start(): void {
    this.#next ??= setInterval(() => compute(REPORT_BLOCKS), 1.6 * REPORT_BLOCKS)
  }

  stop(): void {
    clearInterval(this.#next)
    this.#next = undefined
  }
}

function compute(ms: number): void {
  for (const began = performance.now(); performance.now() - began < ms; )
    pbkdf2Sync('sales', 'november', 500, 64, 'sha512')
}
