import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const root: string = join(import.meta.dirname, '../..')

const changed = (path: string): number => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Builds the package if a source or a setting is newer than the last complete build. Also a vitest global setup. */
export default function build(): void {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((file) => join('src', file))
  const newest = Math.max(...['package.json', 'tsconfig.json', 'tsup.config.ts', ...sources].map(changed))
  if (changed('dist/index.d.cts') < newest)
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
}
