import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

/*
 * Type-checks the TypeScript and JavaScript code blocks of README.md and docs/*.md against the built package.
 * A block is a module of its own. A comment just before it changes that, and stays invisible to the reader:
 *
 *   <!-- snippet: declare const queue: unknown[] -->   code that the reader is assumed to have (plain code above JavaScript)
 *   <!-- snippet: continues -->                          goes on from the block before
 *   <!-- snippet: skip, and why -->                      not compiled
 */
const root = join(import.meta.dirname, '..')

interface Snippet {
  readonly file: string
  /** Where the block's first line of code is in the document. */
  readonly line: number
  readonly extension: 'ts' | 'mjs' | 'cjs'
  /** Code that the block stands on. */
  readonly above: string
  readonly continues: boolean
  readonly body: string
}

const languages: Record<string, Snippet['extension']> = {
  ts: 'ts',
  typescript: 'ts',
  js: 'mjs',
  javascript: 'mjs',
  mjs: 'mjs',
  cjs: 'cjs',
}

const block = /(?:<!--\s*snippet:(?<wish>[\s\S]*?)-->\s*\n)?^```(?<language>\w+)[^\n]*\n(?<body>[\s\S]*?)^```[ \t]*$/gm

const linesOf = (text: string): number => text.split('\n').length

function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n')
  const found: Snippet[] = []
  for (const { index, 0: whole, groups = {} } of text.matchAll(block)) {
    const { wish = '', language = '', body = '' } = groups
    const extension = languages[language]
    if (!extension || wish.trim().startsWith('skip')) continue
    const before = found.at(-1)
    const continues = wish.trim() === 'continues'
    const above = continues && before ? `${before.above}${before.body}` : `${wish.trim()}\n`
    const line = linesOf(text.slice(0, index + whole.indexOf('```'))) + 1
    found.push({ file, line, extension, above, continues, body })
  }
  return found
}

/** What the compiler says against the snippets, each complaint at its line of the document. */
function complaints(snippets: readonly Snippet[], options: ts.CompilerOptions): string[] {
  const sources = new Map(
    snippets.map((one) => [join(root, `${one.file}:${one.line}.${one.extension}`.replaceAll('/', '~')), one]),
  )
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  const textOf = (name: string): string | undefined => {
    const one = sources.get(name)
    return one && `${one.above}${one.body}${one.extension === 'cjs' ? '' : 'export {}'}\n`
  }
  host.fileExists = (name) => sources.has(name) || fileExists(name)
  host.readFile = (name) => textOf(name) ?? readFile(name)
  host.getSourceFile = (name, version, ...rest) => {
    const text = textOf(name)
    return text === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version, true)
  }
  const program = ts.createProgram([...sources.keys()], options, host)
  return ts.getPreEmitDiagnostics(program).flatMap(({ file, start = 0, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n')
    const one = file && sources.get(file.fileName)
    if (!file || !one) return `${file?.fileName ?? ''} ${message}`
    const inside = file.getLineAndCharacterOfPosition(start).line - (linesOf(one.above) - 1)
    if (inside < 0 && one.continues) return [] // the block before says so itself
    return `${one.file}:${one.line + Math.max(inside, -1)} ${message}`
  })
}

const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
const snippets = documents.filter((name) => name.endsWith('.md')).flatMap(snippetsOf)

// no `paths`: 'pi-uptime' is the built package, found through package.json as a reader's compiler finds it
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
}

describe('code blocks of the documents', () => {
  test('TypeScript blocks compile', () => {
    const typescript = snippets.filter(({ extension }) => extension === 'ts')
    expect(typescript.length).toBeGreaterThan(0)
    expect(complaints(typescript, options)).toEqual([])
  })

  test('JavaScript blocks compile', () => {
    const javascript = snippets.filter(({ extension }) => extension !== 'ts')
    expect(complaints(javascript, { ...options, allowJs: true, checkJs: true, noImplicitAny: false })).toEqual([])
  })
})
