import type { Clock } from '../../model/index.js'
import type { MqttLink } from './mqtt-link.js'

/** Answers a message. Rejecting is a counted fault. */
export type MqttListener = (message: Uint8Array) => Promise<string>

/** Who listens to which path, over the lives of a link. */
export class MqttInbox {
  readonly #listeners = new Map<string, MqttListener>()
  readonly #ends = new Map<string, () => void>()
  #open: ((path: string, listener: MqttListener) => void) | undefined

  /** The function that comes back ends it. */
  receive(path: string, listener: MqttListener): () => void {
    this.#listeners.set(path, listener)
    this.#open?.(path, listener)
    return () => {
      if (this.#listeners.get(path) !== listener) return
      this.#listeners.delete(path)
      this.#ends.get(path)?.()
      this.#ends.delete(path)
    }
  }

  /** A link is there: answers go to `<path>/answers`, and failures to `fault`. */
  open(link: MqttLink, topic: string, timeout: number, clock: Clock, fault: (error: unknown) => void): void {
    const answer = async (path: string, listener: MqttListener, message: Uint8Array): Promise<void> => {
      await link.publish(`${topic}/${path}/answers`, await listener(message), false, timeout, clock)
    }
    this.#open = (path, listener) => {
      this.#ends.get(path)?.()
      const hear = (message: Uint8Array): void => void answer(path, listener, message).catch(fault)
      this.#ends.set(path, link.receive(path, hear, fault))
    }
    for (const [path, listener] of this.#listeners) this.#open(path, listener)
  }

  /** The link is gone. */
  close(): void {
    this.#open = undefined
    this.#ends.clear()
  }
}
