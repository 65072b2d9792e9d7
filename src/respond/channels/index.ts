/**
 * Ways to tell people.
 *
 * @packageDocumentation
 */
export { type AlertmanagerOptions, alertmanager } from './alertmanager.js'
export { type ConsoleChannelOptions, consoleChannel } from './console-channel.js'
export { DeliveryError } from './delivery-error.js'
export { type MqttChannel, type MqttOptions, type MqttStatus, mqtt } from './mqtt.js'
export type { MqttListener } from './mqtt-inbox.js'
export { type WebhookOptions, webhook } from './webhook.js'
export type { WebhookFinding, WebhookPayload, WebhookSuspect } from './webhook-payload.js'
