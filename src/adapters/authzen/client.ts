/** Who asks the AuthZEN endpoints, and what is known of them. */

/**
 * What a caller may be believed about a request: members of `context`; and `scope`, which is `resource.properties.scope`,
 * where a resource lies that the policy does not hold.
 */
export const FACT_NAMES = [
  'time',
  'method',
  'location',
  'reader',
  'device',
  'secondFactor',
  'arrivals',
  'occupancy',
  'presence',
  'companions',
  'scope',
] as const;

/** One of the facts a caller may be configured to assert. */
export type FactName = (typeof FACT_NAMES)[number];

/** So many requests a second on average, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Who asks: an enforcement point, as `authenticate` knows it. Never the person at the door. */
export interface Client {
  /** For its rate and for logs. */
  readonly id: string;
  /**
   * What its word counts for. Default: `location` and `device`, which a person's own phone may say. `facts`: every
   * fact but `time` and `scope`, for an enforcement point that knows its reader and its doors; those two are named or not believed.
   */
  readonly asserts?: 'facts' | readonly FactName[];
  /** Whether it may ask for reasons, grants, `validUntil` and explanations, which show the policy. Default: no. */
  readonly explain?: boolean;
  /** Whether it may ask for a consistency level, and for the revision and token of what decided. Default: no. */
  readonly consistency?: boolean;
  /** Whether it may search: lists of people, doors or actions. Default: yes. */
  readonly search?: boolean;
  /** Whether its evaluations are openings: remembered by `Pdp.open` with arrivals, presence and the log. Default: no. */
  readonly records?: boolean;
  /** Whether its refusals say how to ask for access, and it may ask. Only with that profile. Default: no. */
  readonly accessRequests?: boolean;
  /** Instead of the rate of all clients; `false`: none. */
  readonly rate?: Rate | false;
}
