import { join } from 'node:path'
import { build } from 'esbuild'

/** outbox-writer.ts as a program in `dir` that starts at once. */
export async function outboxProgram(dir: string): Promise<string> {
  const outfile = join(dir, 'writer.mjs')
  const entryPoints = [new URL('outbox-writer.ts', import.meta.url).pathname]
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm', external: ['node:*'] })
  return outfile
}
