export { type SignCommandOptions, signCommand } from './commands/sign-command.js'
export {
  type Command,
  type CommandAction,
  type CommandAnswer,
  type CommandLink,
  type Commands,
  type CommandsOptions,
  commands,
} from './commands.js'
export { type FileStoreOptions, fileStore } from './file-store.js'
export { type Forwarding, type ForwardOptions, forward } from './forward.js'
export { type FileLeaseOptions, fileLease } from './lease/file-lease.js'
export { type LocalQuotaOptions, localQuota } from './lease/local-quota.js'
export { natsLease, type SomeKv } from './lease/nats-lease.js'
export type { BrokerLeaseOptions } from './lease/options.js'
export { redisLease, type SomeRedis } from './lease/redis-lease.js'
export { type MemoryStoreOptions, memoryStore } from './memory-store.js'
export type { NetworkVerdict } from './network/verdict.js'
export { type Network, type NetworkOptions, network } from './network.js'
export type { OutboxStatus } from './outbox/outlet.js'
export type { OutboxOptions } from './outbox/settings.js'
export type { DropReason, LaneStatus } from './outbox/tally.js'
