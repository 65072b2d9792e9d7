import type { Store } from '../../model/index.js'
import type { Journal } from './intent.js'
import { isAlive, isOwn, ownIdentity, type ProcessIdentity } from './process-identity.js'

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
  const { owner, ...journal } = JSON.parse(new TextDecoder().decode(bytes)) as Journal & { owner: ProcessIdentity }
  if (!isJournal(journal, playbook)) throw new Error(`the journal of ${playbook} is of another version, or damaged`)
  if (journal.run && !isOwn(owner) && isAlive(owner))
    throw new Error(`process ${owner.pid} is at work on ${playbook} with the same store`)
  return journal
}

function isJournal({ version, playbook, age, deeds, tries, run, score }: Journal, name: string): boolean {
  const lists = Array.isArray(deeds) && Array.isArray(tries) && typeof score === 'object' && score !== null
  const runs = run === null || (typeof run === 'object' && Array.isArray(run.treats) && Number.isInteger(run.begun))
  return version === 1 && playbook === name && Number.isFinite(age) && lists && runs
}

/** A name that is no key is kept under its text in hexadecimal, cut. */
function keyOf(playbook: string): string {
  if (PLAIN.test(playbook)) return `remediate.${playbook}`
  const hex = Array.from(new TextEncoder().encode(playbook), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `remediate..${hex.slice(0, 180)}`
}
