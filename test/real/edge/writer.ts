// Writes one key over and over, and says after each set which number is safe: for kill.test.ts.
import { fileStore } from '../../../src/edge/index.js'

const [dir = '', start = '1', size = '1000000'] = process.argv.slice(2)
const store = fileStore(dir)
for (let n = Number(start); ; n++) {
  await store.set('key', Buffer.alloc(Number(size), `${String(n).padStart(7, '0')}\n`))
  process.stdout.write(`${n}\n`)
}
