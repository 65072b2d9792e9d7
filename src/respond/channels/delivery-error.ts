/**
 * An alert did not arrive. Holds nothing that came from the address, the headers, the body or the receiver's answer: such
 * errors end up in logs.
 */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'

  constructor(
    message: string,
    /** Whether the same alert may arrive at another try. */
    readonly retryable: boolean,
    /** The receiver's HTTP status, when it answered. */
    readonly status?: number,
    /** The system's word for what went wrong, such as `'ECONNREFUSED'`. */
    readonly code?: string,
  ) {
    super(message)
  }
}
