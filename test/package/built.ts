/**
 * Runs a TypeScript file against the built package: `tsx test/package/built.ts [node flags] file.ts [arguments]`.
 * Plain `tsx file.ts` resolves 'pi-uptime' to src/ instead and needs no build.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import build, { root } from './build.js'

build()
const child = spawn(process.execPath, ['--import', 'tsx', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TSX_TSCONFIG_PATH: join(root, 'tsconfig.build.json') },
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
