/** A question to the engine, in the shape of the OpenID AuthZEN Authorization API 1.0. */

/** A subject or resource as AuthZEN names it. */
export interface Entity {
  readonly type: string;
  readonly id: string;
  /** For a resource the document does not hold: `scope` says where it lies (A2). For `access_right`: `role`, `subject`, `validity` (A3). */
  readonly properties?: Readonly<Record<string, unknown>>;
}

/**
 * Facts of one request, the enforcement point's word. Only `time` is required; every other fact that
 * is absent, null or ill-typed satisfies nothing.
 */
export interface Facts {
  /** RFC 3339 text with an offset, a `Date`, or epoch milliseconds. The core never reads a clock. */
  readonly time: string | Date | number;
  /** `tap`, `card`, `qr`, `remote` or `link`; anything else is `remote`. */
  readonly method?: unknown;
  /** `{ latitude, longitude, accuracy }`: degrees WGS 84 and metres. */
  readonly location?: unknown;
  /** The id of the reader the person stands at. */
  readonly reader?: unknown;
  /** The id of the credential or device in use. */
  readonly device?: unknown;
  /** `true` when a second factor was checked for this request. */
  readonly secondFactor?: unknown;
  /** Instants of today's authorised openings at this door, for first-to-arrive schedules. */
  readonly arrivals?: unknown;
  /** How many people are inside the place of the door now: an integer from 0. */
  readonly occupancy?: unknown;
  /** `{ state, since }`: whether this subject is `inside`, `outside` or `unknown` in the place, and since which instant. */
  readonly presence?: unknown;
  /** Ids of users who were identified at the same reader for this opening. */
  readonly companions?: unknown;
  readonly [other: string]: unknown;
}

/** One question. Unknown members are ignored, as AuthZEN requires. */
export interface AccessRequest {
  readonly subject: Entity;
  readonly action: {
    readonly name: string;
    readonly properties?: Readonly<Record<string, unknown>>;
  };
  readonly resource: Entity;
  readonly context: Facts;
}

/** Thrown for a request whose subject, action, resource or time is missing or ill-typed. */
export class RequestError extends TypeError {
  override readonly name = 'RequestError';
  /** JSON Pointer to the offending member, such as `/context/time`. */
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super(`${pointer}: ${message}`);
    this.pointer = pointer;
  }
}
