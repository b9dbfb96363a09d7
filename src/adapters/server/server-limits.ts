/** What one server takes from its clients, and how long it waits for them. */

/** Sizes and times. */
export interface ServerLimits {
  /** Bytes of a body. Default: what the point reads. */
  readonly bodyBytes?: number;
  /** Bytes of all long bodies that have not come whole yet: what is beyond 16 KiB of each. Default 256 MiB; more are 503. */
  readonly waitingBytes?: number;
  /** Bytes of the request line and all headers. Default 16 384. */
  readonly headerBytes?: number;
  /** Headers of one request. Default 100. */
  readonly headers?: number;
  /** Connections at once; more are closed as they come. Default 4 096. */
  readonly connections?: number;
  /** Seconds within which the headers must be there. Default 10. */
  readonly headersSeconds?: number;
  /** Seconds within which the whole request must be there. Default 20. */
  readonly requestSeconds?: number;
  /** Seconds after which an answer that has not come is 503. Default 20. */
  readonly answerSeconds?: number;
  /** Seconds that an idle connection is kept: longer than whatever stands in front keeps it. Default 75. */
  readonly keepAliveSeconds?: number;
  /** Seconds after which a connection on which nothing moves is cut, whatever it is doing. Default 120. */
  readonly silentSeconds?: number;
}

const DEFAULTS: Required<Omit<ServerLimits, 'bodyBytes'>> = {
  waitingBytes: 1 << 28,
  headerBytes: 16_384,
  headers: 100,
  connections: 4_096,
  headersSeconds: 10,
  requestSeconds: 20,
  answerSeconds: 20,
  keepAliveSeconds: 75,
  silentSeconds: 120,
};

/** The limits with their defaults. @throws RangeError for one that is none. */
export function serverLimits(given: ServerLimits, bodyBytes: number): Required<ServerLimits> {
  const limits = { bodyBytes, ...DEFAULTS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    const isWhole = name.endsWith('Seconds') || Number.isSafeInteger(value);
    if (!(value > 0) || !isWhole || value > 1e9) throw new RangeError(`no limit \`${name}\``);
  }
  if (limits.headersSeconds > limits.requestSeconds) {
    throw new RangeError('headers are there before the request is');
  }
  return limits;
}
