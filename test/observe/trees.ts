import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Files by path: what a machine shows under /proc and /sys. A text that is `undefined` is a file that is not there. */
export type Tree = Readonly<Record<string, string | undefined>>

/** Writes a tree to a folder of its own, which goes with the test. */
export function plant(tree: Tree): string {
  const root = mkdtempSync(join(tmpdir(), 'machine-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  grow(root, tree)
  return root
}

/** Writes over what is there, and takes out what is `undefined`. */
export function grow(root: string, tree: Tree): void {
  for (const [path, text] of Object.entries(tree)) {
    const file = join(root, path)
    if (text === undefined) rmSync(file, { force: true })
    else {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text, 'latin1')
    }
  }
}
