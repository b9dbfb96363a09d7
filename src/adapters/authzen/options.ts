/** How the AuthZEN endpoints of a decision point are set up, and what is known of whoever asks them. */
import type { Pdp } from '../pdp/pdp.js';
import type { Logger, Watcher } from '../pdp/telling.js';
import type { Exchange } from './exchange.js';
import type { AccessRequestOptions, ObligationOptions } from './profiles.js';

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

/** Sizes beyond which a request is refused. */
export interface AuthzenLimits {
  /** Of a body. Default 1 MiB. */
  readonly bodyBytes?: number;
  /** Items of a batch. Default 1 000. */
  readonly batchItems?: number;
  /** Results of a page: a greater limit is read as this. Default and most: 10 000. */
  readonly pageResults?: number;
  /** How deep a body may nest. Default 32. */
  readonly depth?: number;
  /** Longest wait for a consistency level, in milliseconds. Default 2 000. */
  readonly waitMilliseconds?: number;
}

/** What signs metadata: gets the claims, `iss` among them, and answers a JWT. */
export type MetadataSigner = (
  claims: Readonly<Record<string, unknown>>,
) => string | Promise<string>;

/** How the endpoints are set up. */
export interface AuthzenOptions {
  readonly pdp: Pdp;
  /**
   * The identifier of the decision point, an `https` URL without query and fragment (`http` on loopback alone). All published
   * URLs begin with it; nothing is taken from `Host`. A path in it is the tenant: `https://pdp.example/acme`.
   */
  readonly baseUrl: string;
  /** The path below which this process sees the endpoints, where a proxy cuts some off. Default: the path of `baseUrl`. */
  readonly basePath?: string;
  /** Who sends an exchange; undefined: nobody known. It must not keep the caller waiting for longer than a look-up. */
  readonly authenticate: (exchange: Exchange) => Client | undefined | Promise<Client | undefined>;
  /** Epoch milliseconds; every `time` is this clock's. Default: the host's. */
  readonly now?: () => number;
  /** Random bytes, for ids. Default: the host's. */
  readonly random?: (bytes: number) => Uint8Array;
  readonly limits?: AuthzenLimits;
  readonly rate?: {
    /** Of each client that has none of its own. Default: no limit, since a refused question is a door that stays shut. */
    readonly client?: Rate | false;
    /** Failed authentications of one remote address; whoever has none left is refused unread. Default: 1 a second, 60 at once. */
    readonly failures?: Rate | false;
  };
  readonly watcher?: Watcher;
  /** Told of faults of ours alone, without anything of the request. */
  readonly logger?: Logger;
  readonly profiles?: {
    /** The draft Obligations profile: step-up. */
    readonly obligations?: ObligationOptions;
    /** The draft Access Request profile: asking for a door. */
    readonly accessRequests?: AccessRequestOptions;
  };
  /** Adds `signed_metadata`. Called once, and again where it failed. */
  readonly metadataSigner?: MetadataSigner;
}
