import type { Store } from '../../model/index.js'
import { must } from './law.js'
import type { Patience } from './patience.js'

/** Bytes of a value that takes more than one write. */
export const LARGE = 65_536

/** A store whose every answer is checked. */
export class Shelf {
  constructor(
    readonly store: Store,
    private readonly patience: Patience,
  ) {}

  get(key: string): Promise<Uint8Array | undefined> {
    return this.patience.outcome(`get of '${key}'`, () => this.store.get(key))
  }

  async set(key: string, bytes: Uint8Array): Promise<void> {
    await this.patience.outcome(`set of '${key}'`, () => this.store.set(key, bytes))
  }

  async delete(key: string): Promise<void> {
    await this.patience.outcome(`delete of '${key}'`, () => this.store.delete(key))
  }

  async holds(key: string, wanted: Uint8Array | undefined): Promise<void> {
    const bytes = await this.get(key)
    if (wanted === undefined)
      return must(bytes === undefined, `'${key}' must be undefined, but has ${bytes?.length} bytes`)
    must(bytes instanceof Uint8Array, `'${key}' must be bytes, but is ${bytes}`)
    must(Buffer.compare(bytes, wanted) === 0, `'${key}' must hold ${told(wanted)}, but holds ${told(bytes)}`)
  }

  async lists(prefix: string, wanted: readonly string[]): Promise<void> {
    const keys = await this.patience.outcome(`keys('${prefix}')`, () => this.store.keys(prefix))
    must(keys.join('\n') === wanted.join('\n'), `keys('${prefix}') must be [${wanted}], but is [${keys}]`)
  }

  async refuses(key: string): Promise<void> {
    const shown = JSON.stringify(key.slice(0, 20))
    await this.patience.refusal(`set of the key ${shown}`, () => this.store.set(key, filled(6, 4)))
    await this.patience.refusal(`get of the key ${shown}`, () => this.store.get(key))
    await this.patience.refusal(`delete of the key ${shown}`, () => this.store.delete(key))
  }
}

export function filled(byte: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(byte)
}

/** Fails the law unless all bytes are of one kind. */
export function whole(bytes: Uint8Array | undefined): void {
  const good = bytes?.length === LARGE && bytes.every((byte) => byte === bytes[0])
  must(good, `a reader saw ${bytes === undefined ? 'nothing' : told(bytes)}, a mixture or a part of what was set`)
}

function told(bytes: Uint8Array): string {
  return `${bytes.length} bytes (${Buffer.from(bytes.subarray(0, 8)).toString('hex')}${bytes.length > 8 ? '…' : ''})`
}
