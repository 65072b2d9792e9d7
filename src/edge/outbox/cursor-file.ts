import type { FileSystem } from '../file-system.js'
import { cursorOf, Done, SLOT, slotBytes } from './cursor.js'
import type { Files } from './files.js'
import { comparePlaces, type Place, START } from './place.js'

/** Which frames of a lane are done, and the file in which that is put down. */
export class CursorFile {
  done: Done = new Done()
  #handle: Awaited<ReturnType<FileSystem['open']>> | undefined
  #generation = 0
  /** Up to where all is done by the file. */
  #saved: Place = START

  constructor(
    private readonly files: Files,
    private readonly lane: string,
  ) {}

  get isOpen(): boolean {
    return this.#handle !== undefined
  }

  /** Whether more is done than is put down. */
  get hasNews(): boolean {
    return comparePlaces(this.done.upTo, this.#saved) > 0
  }

  async open(): Promise<void> {
    const { handle, bytes } = await this.files.cursor(`${this.lane}.cursor`)
    const { done, generation, isWhole } = cursorOf(bytes, this.lane)
    this.#handle = handle
    this.#generation = generation
    this.done = done
    this.#saved = done.upTo
    if (!isWhole) await this.#clean()
  }

  async save(): Promise<void> {
    this.#saved = this.done.upTo
    const slot = slotBytes(this.done, ++this.#generation, this.lane)
    await this.#handle?.write(slot, 0, SLOT, (this.#generation % 2) * SLOT)
  }

  /**
   * Puts the same into both slots, and makes it safe: the rest of a slot that a power cut has torn could become whole again by a later write that is torn as well, and call done what
   * has taken the place of what was.
   */
  async #clean(): Promise<void> {
    await this.save()
    await this.save()
    await this.sync()
  }

  async sync(): Promise<void> {
    await this.#handle?.datasync()
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }
}
