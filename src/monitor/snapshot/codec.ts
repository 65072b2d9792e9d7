export { decodeSnapshot } from './decode-snapshot.js'
export { encodeSnapshot } from './encode-snapshot.js'
