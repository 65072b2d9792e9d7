import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

/*
 * Type-checks the TypeScript and JavaScript code blocks of README.md and docs/*.md against the built package.
 * A block is a module of its own. A comment just before it changes that, and stays invisible to the reader:
 *
 *   <!-- snippet: declare const pool: { query(sql: string): Promise<unknown> } -->   what the reader is assumed to have
 *   <!-- snippet: continues -->                                                       goes on from the block before
 *   <!-- snippet: skip, why -->                                                       not compiled
 */
const root = join(import.meta.dirname, '..')

interface Snippet {
  readonly file: string
  readonly line: number
  readonly extension: 'ts' | 'mjs' | 'cjs'
  readonly code: string
}

const languages: Record<string, Snippet['extension']> = {
  ts: 'ts',
  typescript: 'ts',
  js: 'mjs',
  javascript: 'mjs',
  mjs: 'mjs',
  cjs: 'cjs',
}

const fence = /(?:<!--\s*snippet:([\s\S]*?)-->\s*\n)?^(`{3,})(\w+)[^\n]*\n([\s\S]*?)^\2[ \t]*$/gm

function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(join(root, file), 'utf8').replaceAll('\r\n', '\n')
  const found: Snippet[] = []
  for (const match of text.matchAll(fence)) {
    const [, directive = '', , language = '', body = ''] = match
    const extension = languages[language]
    const wish = directive.trim()
    if (!extension || wish.startsWith('skip')) continue
    const begin = text.slice(0, match.index + match[0].indexOf('```')).split('\n').length
    const above = wish === 'continues' ? (found.at(-1)?.code ?? '') : wish.replaceAll('\n', ' ')
    // keep the block on its own lines, so that a complaint names a line of the document
    const code = above.split('\n').length > begin ? `${above}\n${body}` : above.padEnd(above.length + begin - above.split('\n').length + 1, '\n') + body
    found.push({ file, line: begin, extension, code })
  }
  return found
}

const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))]
const snippets = documents.filter((name) => name.endsWith('.md')).flatMap(snippetsOf)
