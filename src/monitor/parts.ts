import { ConfigError, type Loaded, type Part, type Responder, type Source, type Watcher } from '../model/index.js'
import type { Slot } from './flow/flow.js'
import type { Guard } from './guard.js'
import { checkPart, type MonitorOptions, type Role, roleOf } from './options.js'

/** Parts that a monitor may hold. */
const MOST_PARTS = 10_000
/** How long a part may take to load, in milliseconds. */
const LOADING = 10_000

/** What the parts need of the shell. */
export interface PartsShell {
  readonly guard: Guard
  /** Runs a source until `abort` fires. */
  run(source: Source, abort: AbortSignal): void
  /** The restored memory of a part, taken out; `undefined` when there is none. */
  adopt(part: string, key: string): unknown
  /** A list has changed. */
  changed(): void
}

/** The three lists, as they stand now. */
export class Parts {
  watchers: readonly Watcher[] = []
  responders: readonly Slot<Responder>[] = []
  readonly #sources = new Map<Source, AbortController>()
  /** Parts that were added while the monitor runs, and are not loaded yet. */
  readonly #coming = new Map<Part, Role>()
  /** From when the parts are loaded, and from when they work. */
  #loading = false
  #running = false

  constructor(
    private readonly shell: PartsShell,
    options: MonitorOptions,
    builtIn: readonly Watcher[],
  ) {
    for (const part of builtIn) this.#add(part, 'watch')
    this.#addAll('observe', options.observe)
    this.#addAll('watch', options.watch)
    this.#addAll('respond', options.respond)
  }

  /** Adds a part; the function that comes back takes it out, once. @throws ConfigError when it cannot stand beside the others. */
  use(part: Part): () => void {
    const role = roleOf('use', part)
    this.#check('use', part, role)
    if (this.#loading && (part as Loaded).load) void this.#bring(part, role)
    else this.#add(part, role)
    let there = true
    return () => {
      if (there) this.#remove(part)
      there = false
    }
  }

  /** Whether a responder is there. */
  has(part: Responder): boolean {
    return this.responders.some((slot) => slot.part === part)
  }

  /** Of all parts there are. */
  get names(): ReadonlySet<string> {
    const there = [...this.#sources.keys(), ...this.watchers, ...this.responders.map(({ part }) => part)]
    const parts: readonly Part[] = [...there, ...this.#coming.keys()]
    return new Set(parts.map(({ name }) => name))
  }

  /** Resolves when all parts are ready to work, or had their time. */
  async load(): Promise<void> {
    this.#loading = true
    const parts = [...this.watchers, ...this.responders.map(({ part }) => part)]
    await Promise.all(parts.map((part) => this.#load(part)))
  }

  start(): void {
    this.#running = true
    const parts = this.responders.map(({ part }) => part)
    this.responders = []
    for (const part of parts) this.responders = [...this.responders, { part, state: this.#memory(part) }]
    this.shell.changed()
    for (const [source, abort] of this.#sources) this.shell.run(source, abort.signal)
  }

  stop(): void {
    this.#loading = false
    this.#running = false
    for (const [source, abort] of this.#sources) {
      abort.abort()
      this.#sources.set(source, new AbortController())
    }
  }

  #addAll(role: Role, list: readonly Part[] = []): void {
    if (!Array.isArray(list)) throw new ConfigError(`createMonitor.${role}`, 'a list of parts', list)
    list.forEach((part, i) => {
      this.#check(`createMonitor.${role}[${i}]`, part, role)
      this.#add(part, role)
    })
  }

  #check(field: string, part: Part, role: Role): void {
    const lists = {
      observe: [...this.#sources.keys()],
      watch: this.watchers,
      respond: this.responders.map((slot) => slot.part),
    }
    const coming = [...this.#coming].flatMap(([other, its]) => (its === role ? [other] : []))
    checkPart(field, part, role, [...lists[role], ...coming], MOST_PARTS)
  }

  #add(part: Part, role: Role): void {
    if (role === 'watch') this.watchers = [...this.watchers, part as Watcher]
    if (role === 'respond')
      this.responders = [...this.responders, { part: part as Responder, state: this.#memory(part as Responder) }]
    if (role === 'observe') this.#addSource(part as Source)
    if (this.#running) this.shell.changed()
  }

  async #bring(part: Part, role: Role): Promise<void> {
    this.#coming.set(part, role)
    await this.#load(part)
    if (this.#coming.delete(part)) this.#add(part, role)
  }

  async #load(part: { readonly name: string } & Loaded): Promise<void> {
    if (part.load) await this.shell.guard.settle(part.name, LOADING, new AbortController(), async () => part.load?.())
  }

  #addSource(source: Source): void {
    const abort = new AbortController()
    this.#sources.set(source, abort)
    if (this.#running) this.shell.run(source, abort.signal)
  }

  #remove(part: Part): void {
    this.#coming.delete(part)
    this.#sources.get(part as Source)?.abort()
    this.#sources.delete(part as Source)
    this.watchers = this.watchers.filter((other) => other !== part)
    this.responders = this.responders.filter((slot) => slot.part !== part)
    if (this.#running) this.shell.changed()
  }

  #memory(part: Responder): unknown {
    const name = memoryOf(part)
    const shared = this.responders.find((slot) => slot.state !== null && memoryOf(slot.part) === name)
    return shared?.state ?? this.shell.adopt(name, '') ?? this.shell.guard.run(part.name, () => part.start(), null)
  }
}

/** Under which name the memory of a responder is kept. */
export function memoryOf({ memory, name }: Responder): string {
  return memory ?? name
}
