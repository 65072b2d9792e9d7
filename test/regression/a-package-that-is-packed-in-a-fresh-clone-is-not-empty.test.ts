import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('npm builds before it packs, however it comes to pack: publish, pack, or an install from git', () => {
  const { scripts, files } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(scripts.prepack).toBe('npm run build')
  expect(files).toContain('dist')
})
