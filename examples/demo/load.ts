// The customers: requests at a steady rate, whether the shop keeps up or not. Bounded in number, time and parallelism.
import { setTimeout as sleep } from 'node:timers/promises'
import { tell } from './messages.js'
import { HARD_LIMIT, PRODUCTS, RATE } from './settings.js'

const MOST_AT_ONCE = 200
const url = process.argv[2] as string
const seen = { sent: 0, ok: 0, failed: 0, slowest: 0 }
let underWay = 0

async function visit(customer: number): Promise<void> {
  const began = performance.now()
  underWay++
  try {
    const answer = await fetch(`${url}/products/${customer % PRODUCTS}?customer=${customer}`, {
      signal: AbortSignal.timeout(5_000),
    })
    await answer.text()
    if (answer.ok) seen.ok++
    else seen.failed++
  } catch {
    seen.failed++
  }
  underWay--
  seen.slowest = Math.max(seen.slowest, (performance.now() - began) / 1000)
}

setInterval(() => {
  tell({ kind: 'load', load: { ...seen } })
  Object.assign(seen, { sent: 0, ok: 0, failed: 0, slowest: 0 })
}, 1_000)

const began = performance.now()
for (let customer = 0; performance.now() - began < HARD_LIMIT; customer++) {
  await sleep(began + (customer * 1000) / RATE - performance.now())
  if (underWay >= MOST_AT_ONCE) continue
  seen.sent++
  void visit(customer)
}
process.exit()
