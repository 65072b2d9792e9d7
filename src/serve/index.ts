export { type HealthHandler, type HealthHandlerOptions, healthHandler } from './health-handler.js'
