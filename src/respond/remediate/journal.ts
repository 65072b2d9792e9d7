import type { Store } from '../../model/index.js'
import type { Journal } from './intent.js'
import { isAlive, isOwn, ownIdentity, type ProcessIdentity } from './process-identity.js'

const PREFIX = 'remediate.'
const PLAIN = /^[A-Za-z0-9_-]{1,100}$/

/** Writes what must survive a crash; resolves when it is on disk. */
export async function writeJournal(store: Store, journal: Journal): Promise<void> {
  const text = JSON.stringify({ ...journal, owner: ownIdentity() })
  await store.set(keyOf(journal.playbook), new TextEncoder().encode(text))
}

/**
 * What the last life of a playbook has left, or `null`.
 *
 * @throws Error when it cannot be read, or when the process that wrote it is at work: two processes must not share a store.
 */
export async function readJournal(store: Store, playbook: string): Promise<Journal | null> {
  const bytes = await store.get(keyOf(playbook))
  if (!bytes) return null
  const { owner, ...journal } = parsed(bytes)
  if (!isJournal(journal, playbook)) throw new Error(`the journal of ${playbook} is of another version, or damaged`)
  if (journal.run && !isOwn(owner) && isAlive(owner))
    throw new Error(`process ${owner.pid} is at work on ${playbook} with the same store`)
  return journal
}

/** The journals of all playbooks that ever worked with a store and whose process is not another one at work; what cannot be read is a fault. */
export async function readJournals(store: Store, fault: (error: unknown) => void): Promise<readonly Journal[]> {
  const journals: Journal[] = []
  for (const key of await store.keys(PREFIX)) {
    try {
      const bytes = await store.get(key)
      if (!bytes) continue
      const { owner, ...journal } = parsed(bytes)
      if (!isJournal(journal, journal.playbook)) throw new Error(`the journal ${key} is of another version, or damaged`)
      if (isOwn(owner) || !isAlive(owner)) journals.push(journal)
    } catch (error) {
      fault(error)
    }
  }
  return journals
}

function parsed(bytes: Uint8Array): Journal & { owner: ProcessIdentity } {
  return JSON.parse(new TextDecoder().decode(bytes))
}

function isJournal({ version, playbook, age, deeds, tries, run, score }: Journal, name: string): boolean {
  const lists = Array.isArray(deeds) && Array.isArray(tries) && typeof score === 'object' && score !== null
  const runs = run === null || (typeof run === 'object' && Array.isArray(run.treats) && Number.isInteger(run.begun))
  return version === 1 && playbook === name && Number.isFinite(age) && lists && runs
}

/** A name that is no key is kept under its text in hexadecimal, cut. */
function keyOf(playbook: string): string {
  if (PLAIN.test(playbook)) return `${PREFIX}${playbook}`
  const hex = Array.from(new TextEncoder().encode(playbook), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${PREFIX}.${hex.slice(0, 180)}`
}
