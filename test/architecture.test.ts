import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

/** A folder imports only from folders above it. */
const order = 'model math detect forecast observe watch incident respond edge otel monitor serve testing cli'.split(' ')
const roots = ['index.ts', 'register.ts']

/** These see the world only through values handed to them. */
const pure = ['model', 'math', 'detect', 'forecast', 'watch', 'incident']
const io = /^(node:)?(fs|http|https|http2|net|tls|dgram|dns|child_process|worker_threads|cluster|os)(\/|$)/

const clocks = ['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'process.hrtime']
const clockModules = /^(node:)?(timers|perf_hooks)(\/|$)/

/** Who else may touch which clock. */
const mayTouch: Record<string, readonly string[]> = {
  // it is the clock
  'edge/system-clock.ts': clocks,
  // measure this process's own event loop, processor and collector, which no virtual clock has
  'observe/vitals/loop.ts': ['performance', 'node:perf_hooks'],
  'observe/vitals/collections.ts': ['node:perf_hooks'],
  'observe/vitals/run.ts': ['performance'],
  // the machine's uptime, which processes share; the clock of one begins with it
  'edge/outbox/boot.ts': ['process.hrtime'],
  // reads a date that a receiver has written
  'otel/durable/verdict.ts': ['Date'],
  // lets every promise that can settle do so before virtual time moves on
  'testing/virtual-clock.ts': ['setImmediate'],
}

const longest = 200

interface Import {
  readonly from: string
  readonly line: number
  readonly kind: 'static' | 'dynamic' | 'type'
}

const src = join(import.meta.dirname, '../src')
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .sort()
const parsed = new Map(
  files.map((file) => [
    file,
    ts.createSourceFile(file, readFileSync(join(src, file), 'utf8'), ts.ScriptTarget.Latest, true),
  ]),
)

const lineOf = (node: ts.Node): number => node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1
const folderOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] as string) : '')

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

const text = (node: ts.Node | undefined): string | undefined =>
  node && ts.isStringLiteralLike(node) ? node.text : undefined

function importOf(node: ts.Node): Import | undefined {
  const line = lineOf(node)
  if (ts.isImportDeclaration(node)) {
    return {
      from: text(node.moduleSpecifier) ?? '?',
      line,
      kind: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type' : 'static',
    }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return { from: text(node.moduleSpecifier) ?? '?', line, kind: node.isTypeOnly ? 'type' : 'static' }
  }
  if (ts.isImportTypeNode(node)) {
    return {
      from: text(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined) ?? '?',
      line,
      kind: 'type',
    }
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { from: text(node.arguments[0]) ?? '?', line, kind: 'dynamic' }
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'require') {
    return { from: text(node.arguments[0]) ?? '?', line, kind: 'static' }
  }
  return undefined
}

const imports = files.flatMap((file) => {
  const found: (Import & { readonly file: string })[] = []
  walk(parsed.get(file) as ts.Node, (node) => {
    const one = importOf(node)
    if (one) found.push({ file, ...one })
  })
  return found
})

/** A use of the name as a value: not a type, not a property or member that happens to be called so. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent)) return false
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return ts.isIdentifier(parent.expression) && parent.expression.text === 'globalThis'
  }
  const named = parent as { name?: ts.Node; propertyName?: ts.Node }
  if (named.name === node && !ts.isShorthandPropertyAssignment(parent)) return false
  return named.propertyName !== node
}

/** `new Date(time)` writes a given time down; everything else asks the machine for its own. */
const isFormatting = (node: ts.Identifier): boolean =>
  node.text === 'Date' && ts.isNewExpression(node.parent) && (node.parent.arguments?.length ?? 0) > 0

function clockOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && node.getText() === 'process.hrtime') return 'process.hrtime'
  if (!ts.isIdentifier(node) || !clocks.includes(node.text)) return undefined
  return isValue(node) && !isFormatting(node) ? node.text : undefined
}

const clockUses = [
  ...imports
    .filter(({ from, kind }) => kind !== 'type' && clockModules.test(from))
    .map(({ file, line, from }) => ({ file, line, name: from })),
  ...files.flatMap((file) => {
    const found: { readonly file: string; readonly line: number; readonly name: string }[] = []
    walk(parsed.get(file) as ts.Node, (node) => {
      const name = clockOf(node)
      if (name !== undefined) found.push({ file, line: lineOf(node), name })
    })
    return found
  }),
]

const wrong = (list: typeof imports): string[] =>
  list.map(({ file, line, from, kind }) => `${file}:${line} ${kind} import of ${from}`)

describe('architecture', () => {
  test('every folder of src is one of the known rooms', () => {
    const unknown = files.filter((file) => !(folderOf(file) ? order.includes(folderOf(file)) : roots.includes(file)))
    expect(unknown).toEqual([])
  })

  test('a folder imports only from itself and from folders above it', () => {
    const downwards = imports.filter(({ file, from }) => {
      if (!from.startsWith('.') || roots.includes(file)) return false
      const target = posix.join(posix.dirname(file), from)
      return order.indexOf(folderOf(target)) === -1 || order.indexOf(folderOf(target)) > order.indexOf(folderOf(file))
    })
    expect(wrong(downwards)).toEqual([])
  })

  test('model imports nothing from outside', () => {
    expect(wrong(imports.filter(({ file, from }) => folderOf(file) === 'model' && !from.startsWith('.')))).toEqual([])
  })

  test('nothing imports the package by its own name', () => {
    expect(wrong(imports.filter(({ from }) => from === 'pi-uptime' || from.startsWith('pi-uptime/')))).toEqual([])
  })

  test('OpenTelemetry code is loaded only by the otel room, lazily, and never its core', () => {
    const eager = imports.filter(({ file, from, kind }) => {
      if (!from.startsWith('@opentelemetry/')) return false
      if (from.startsWith('@opentelemetry/core')) return true
      return kind !== 'type' && !(kind === 'dynamic' && folderOf(file) === 'otel')
    })
    expect(wrong(eager)).toEqual([])
  })

  test('the pure rooms do no I/O', () => {
    expect(wrong(imports.filter(({ file, from }) => pure.includes(folderOf(file)) && io.test(from)))).toEqual([])
  })

  test('only the system clock touches time', () => {
    const stray = clockUses.filter(({ file, name }) => !mayTouch[file]?.includes(name))
    expect(stray.map(({ file, line, name }) => `${file}:${line} ${name}`)).toEqual([])
  })

  test('an exception that is no longer needed is removed', () => {
    const idle = Object.keys(mayTouch).filter((file) => !clockUses.some((use) => use.file === file))
    expect(idle).toEqual([])
  })

  test(`no file is longer than ${longest} lines`, () => {
    const long = files.map((file) => ({
      file,
      lines: (parsed.get(file) as ts.SourceFile).text.trimEnd().split('\n').length,
    }))
    expect(long.filter(({ lines }) => lines > longest).map(({ file, lines }) => `${file}: ${lines} lines`)).toEqual([])
  })
})
