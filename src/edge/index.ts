export { type FileLeaseOptions, fileLease } from './file-lease.js'
export { type FileStoreOptions, fileStore } from './file-store.js'
export { type MemoryStoreOptions, memoryStore } from './memory-store.js'
