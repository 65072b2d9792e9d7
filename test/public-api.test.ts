import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const config = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.build.json'), {}, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (problem) => {
    throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'))
  },
} as ts.ParseConfigFileHost)
const { paths } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')).compilerOptions
const subpaths = Object.entries<string[]>(paths).map(([name, [file]]) => ({ name, file: join(root, file as string) }))

function publicNames(): string {
  const program = ts.createProgram(
    subpaths.map(({ file }) => file),
    config?.options ?? {},
  )
  const checker = program.getTypeChecker()
  const names = (file: string): string[] => {
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    if (!module) return []
    return checker.getExportsOfModule(module).map((symbol) => {
      const { flags } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
      return flags & ts.SymbolFlags.Value ? symbol.name : `type ${symbol.name}`
    })
  }
  return subpaths
    .map(({ name, file }) =>
      [
        name,
        ...names(file)
          .sort()
          .map((one) => `  ${one}`),
      ].join('\n'),
    )
    .join('\n\n')
}

describe('public API', () => {
  test('the public names are the reviewed ones (after a review: npm run api)', async () => {
    await expect(`${publicNames()}\n`).toMatchFileSnapshot('public-api.txt')
  }, 60_000)

  test('package.json exports exactly the subpaths of tsconfig.json', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const exported = Object.keys(manifest.exports).filter((key) => key !== './package.json')
    expect(exported.map((key) => key.replace('.', 'pi-uptime'))).toEqual(Object.keys(paths))
  })
})
