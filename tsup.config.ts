import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

// tsconfig.json's `paths` is the one table of subpaths: 'pi-uptime/x' → source file → dist/x
const { paths } = JSON.parse(readFileSync('tsconfig.json', 'utf8')).compilerOptions
const entry = Object.fromEntries(
  Object.entries<string[]>(paths).map(([name, [file]]) => [name.split('/')[1] ?? 'index', file as string]),
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
  tsconfig: 'tsconfig.build.json',
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
