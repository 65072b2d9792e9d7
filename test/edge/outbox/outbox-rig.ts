import { bootOf } from '../../../src/edge/outbox/boot.js'
import type { Sender, Sent } from '../../../src/edge/outbox/drain.js'
import { Outlet } from '../../../src/edge/outbox/outlet.js'
import type { Acceptance, Batch } from '../../../src/edge/outbox/parcel.js'
import type { OutboxSettings } from '../../../src/edge/outbox/settings.js'
import type { Clock } from '../../../src/model/index.js'
import { type VirtualClock, virtualClock } from '../../../src/testing/index.js'
import { FragileDisk } from '../fragile-disk.js'

const BOOT = '00112233445566778899aabbccddeeff'
let dirs = 0

/** An outbox on a disk in memory, under virtual time, with a receiver that does as it is told. */
export class OutboxRig {
  readonly clock: VirtualClock = virtualClock()
  readonly settings: OutboxSettings
  /** What was sent, try by try: the numbers in it. */
  readonly tries: number[][] = []
  /** What has arrived, in order. */
  readonly arrived: number[] = []
  readonly ages: number[] = []
  /** How the next tries end. */
  answer: (numbers: readonly number[]) => Sent | Promise<Sent> = () => ({ kind: 'delivered' })

  constructor(
    readonly disk: FragileDisk = new FragileDisk(),
    settings: Partial<OutboxSettings> = {},
  ) {
    const clock: Clock = settings.clock ?? this.clock
    this.settings = {
      dir: `/outbox-${dirs++}`,
      maxBytes: 2 ** 22,
      sync: 'group',
      write: 'always',
      maxMemory: 2 ** 18,
      clock,
      boot: bootOf(clock, BOOT),
      fs: disk.fs,
      claim: async () => ({ release: async () => {} }),
      ...settings,
    }
  }

  outlet(name = 'metrics', priority = 2, sender: Partial<Sender> = {}): Outlet {
    return new Outlet('test', this.settings, name, priority, {
      most: 1,
      rate: Number.POSITIVE_INFINITY,
      maxAge: Number.POSITIVE_INFINITY,
      told: () => {},
      send: async (batches) => this.#send(batches),
      ...sender,
    })
  }

  /** Posts a number, in a payload of so many bytes. */
  post(outlet: Outlet, number: number, bytes = 16): Promise<Acceptance> {
    return outlet.post({ payload: payloadOf(number, bytes), compressed: false, records: 1 })
  }

  /** The names of the files. */
  files(): string[] {
    return this.disk.names(this.settings.dir).sort()
  }

  async #send(batches: readonly Batch[]): Promise<Sent> {
    const numbers = batches.map(({ frame }) => numberOf(frame.payload))
    this.tries.push(numbers)
    const sent = await this.answer(numbers)
    if (sent.kind === 'delivered') {
      this.arrived.push(...numbers)
      this.ages.push(...batches.map(({ age }) => age))
    }
    return sent
  }
}

export function payloadOf(number: number, bytes = 16): Uint8Array {
  return Buffer.from(String(number).padStart(bytes, '.'))
}

export function numberOf(payload: Uint8Array): number {
  return Number(Buffer.from(payload).toString().replaceAll('.', ''))
}

/** The receiver cannot be reached. */
export const OFFLINE = (): Sent => ({ kind: 'again', why: 'offline' })
