/**
 * Every check of the package, one line each; a failed one shows what it said. All of them run, whatever fails.
 *
 *   npm run check                      all
 *   npm run check -- lint types        these
 *   npm run check -- --skip test       all but these
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const steps = 'lint types test build publint attw unused size docs readme examples test:package'.split(' ')
const onTheBuild = 'publint attw size readme examples test:package'.split(' ')

const [first, ...rest] = process.argv.slice(2)
const skip = first === '--skip'
const named = skip ? rest : process.argv.slice(2)
const unknown = named.filter((name) => !steps.includes(name))
if (unknown.length > 0) throw new Error(`no such check: ${unknown}; there are ${steps.join(', ')}`)
const chosen = named.length === 0 ? steps : steps.filter((name) => named.includes(name) !== skip)

async function run(step: string): Promise<boolean> {
  const began = performance.now()
  const child = spawn('npm', ['run', '--silent', step], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  const [code] = await once(child, 'close')
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${code === 0 ? '✓' : '✗'} ${step} (${seconds} s)`)
  const worthSaying = code === 0 ? said.split('\n').filter((line) => line.startsWith('SKIPPED')) : [said.trim()]
  for (const line of worthSaying) console.log(line.replaceAll(/^/gm, '    '))
  return code === 0
}

const failed: string[] = []
for (const step of chosen) {
  if (failed.includes('build') && onTheBuild.includes(step)) {
    console.log(`- ${step} (nothing built)`)
    failed.push(step)
  } else if (!(await run(step))) failed.push(step)
}
console.log(failed.length === 0 ? `\nall ${chosen.length} checks passed` : `\nfailed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
