import type * as node from 'node:fs/promises'
import type * as paths from 'node:path'

/** What of `node:fs/promises` a store uses: so that tests can take the power away between any two calls. */
export type FileSystem = Pick<typeof node, 'lstat' | 'mkdir' | 'open' | 'readdir' | 'rename' | 'unlink'>

/** The machine's own. Like what follows loaded when it is first asked for: to import it costs an app a quarter of the whole library. */
export function nodeFileSystem(): FileSystem {
  return process.getBuiltinModule('node:fs/promises')
}

/** The flags of `open`. */
export function openFlags(): typeof node.constants {
  return process.getBuiltinModule('node:fs').constants
}

export function nodePath(): typeof paths {
  return process.getBuiltinModule('node:path')
}

/** The code of a file system's error: `'ENOENT'`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}

/** Passes over one expected error. */
export function unless(code: string): (error: unknown) => undefined {
  return (error) => {
    if (codeOf(error) !== code) throw error
    return undefined
  }
}
