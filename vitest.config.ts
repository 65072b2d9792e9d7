import { defineConfig, type ViteUserConfig } from 'vitest/config'

const built = { globalSetup: 'test/package/build.ts', testTimeout: 300_000, hookTimeout: 600_000 }

const config: ViteUserConfig = defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    // CI's machine is shared: a test that a pause of the whole machine has failed gets a second try there, and says so.
    retry: process.env.CI ? 1 : 0,
    reporters: ['default', './test/package/loud-skips.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          testTimeout: 60_000,
          include: ['test/**/*.test.ts'],
          exclude: ['test/{real,package}/**', 'test/{examples,readme}.test.ts'],
          typecheck: { enabled: true, include: ['test/types/**/*.test-d.ts'], ignoreSourceErrors: true },
        },
      },
      {
        extends: true,
        test: { name: 'real', include: ['test/real/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      { extends: true, test: { name: 'package', include: ['test/package/**/*.test.ts'], ...built } },
      { extends: true, test: { name: 'examples', include: ['test/examples.test.ts'], ...built } },
      { extends: true, test: { name: 'readme', include: ['test/readme.test.ts'], ...built } },
    ],
  },
})

export default config
