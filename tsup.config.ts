import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { defineConfig } from 'tsup'

// tsconfig.json's `paths` is the one table of subpaths: 'pi-uptime/x' → source file → dist/x
const { paths } = JSON.parse(readFileSync('tsconfig.json', 'utf8')).compilerOptions
const entry = Object.fromEntries(
  Object.entries<string[]>(paths).map(([name, [file]]) => [name.split('/')[1] ?? 'index', file as string]),
)

/** What some file of ours loads by import(). */
const loadedLater = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) =>
    [...readFileSync(join('src', file), 'utf8').matchAll(/(?<!typeof )\bimport\('(\.[^']+)\.js'\)/g)].map(([, path]) =>
      resolve('src', dirname(file), `${path}.ts`),
    ),
  )

const config: ReturnType<typeof defineConfig> = defineConfig({
  entry,
  format: ['esm', 'cjs'],
  dts: true,
  external: [/^@opentelemetry\//], // the app's own copies, or none: never ours
  splitting: true, // for CJS too: subpaths must share one copy of each class
  treeshake: { moduleSideEffects: false }, // and tsup's other way to split CJS turns every `?.` and `??` into calls
  removeNodeProtocol: false,
  sourcemap: true,
  clean: true,
  silent: true,
  target: 'node20',
  // Comments and blanks are half of the text, and loading it is what importing costs; the docs are in the types.
  minifyWhitespace: true,
  minifySyntax: true,
  tsconfig: 'tsconfig.build.json',
  // A file costs more to find than to read, so all that the root needs is one file: whatever else is loaded by itself, a
  // subpath or an import(), needs the whole root as well.
  esbuildPlugins: [
    {
      name: 'one-file-for-the-root',
      setup(build) {
        const root = resolve('src/index.ts')
        const loadedAlone = new Set([...Object.values(entry).map((file) => resolve(file)), ...loadedLater])
        build.onResolve({ filter: /^the-root$/ }, () => ({ path: root, sideEffects: true }))
        build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
          if (path === root || !loadedAlone.has(path)) return undefined
          const contents = `${readFileSync(path, 'utf8')}\nimport 'the-root'`
          return { contents, loader: 'ts', resolveDir: dirname(path) }
        })
      },
    },
  ],
  plugins: [
    {
      // OpenTelemetry 3.x ships both formats: import() in a CJS app would load a second copy of its SDK
      name: 'require-in-cjs',
      renderChunk(code) {
        if (this.format !== 'cjs') return
        return { code: code.replace(/\bimport\(("[^"]+")\)/g, 'Promise.resolve().then(() => require($1))') }
      },
    },
  ],
})

export default config
