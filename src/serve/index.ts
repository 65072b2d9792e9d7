export { type ApprovalLink, type ApprovalPage, type ApprovalPageOptions, approvalPage } from './approval-page.js'
export { type CommandHandlerOptions, commandHandler } from './command-handler.js'
export { type HealthHandler, type HealthHandlerOptions, healthHandler } from './health-handler.js'
export { type SystemdOptions, systemd } from './systemd.js'
