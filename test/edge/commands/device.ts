import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type Command, type CommandsOptions, commands, memoryStore, signCommand } from '../../../src/edge/index.js'
import type { AuditEntry, Store, Watcher } from '../../../src/model/index.js'
import { rig, type VirtualClock, virtualClock } from '../../../src/testing/index.js'

export const ops: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } = generateKeyPairSync('ed25519')
export const stranger: typeof ops = generateKeyPairSync('ed25519')

export interface Device {
  readonly take: ReturnType<typeof commands>['take']
  readonly clock: VirtualClock
  readonly store: Store
  readonly faults: readonly { readonly message: string }[]
  /** The commands that were carried out. */
  readonly done: Command[]
  /** The audit trail: `refused restart, by ops: …`. */
  trail(): Promise<string[]>
  audit(): Promise<readonly AuditEntry[]>
  advance(ms: number): Promise<void>
  stop(): Promise<void>
}

interface Surroundings {
  readonly store: Store
  readonly clock: VirtualClock
  readonly watch: readonly Watcher<null>[]
}

/** A monitor that takes commands, in virtual time. */
export async function device(
  options: Partial<CommandsOptions> = {},
  { store = memoryStore(), clock = virtualClock(), watch = [] }: Partial<Surroundings> = {},
): Promise<Device> {
  const done: Command[] = []
  const remote = commands({
    device: 'pi-7',
    keys: { ops: ops.publicKey },
    actions: { restart: (command) => void done.push(command) },
    ...options,
  })
  const { monitor, advance, stop, faults } = rig({ observe: [remote], watch, store, clock })
  await advance(1_000)
  const audit = (): Promise<readonly AuditEntry[]> => monitor.audit()
  return {
    take: remote.take,
    clock,
    store,
    faults,
    done,
    audit,
    trail: async () => (await audit()).map(({ what, text }) => `${what} ${text}`),
    advance,
    stop,
  }
}

/** A good command, but for what is said. */
export function signed(
  { clock }: { readonly clock: VirtualClock },
  options: Partial<Parameters<typeof signCommand>[0]> = {},
): string {
  return signCommand({ key: ops.privateKey, keyId: 'ops', device: 'pi-7', action: 'restart', clock, ...options })
}
