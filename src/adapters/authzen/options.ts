/** How the AuthZEN endpoints of a decision point are set up. */
import type { Pdp } from '../pdp/pdp.js';
import type { Logger, Watcher } from '../pdp/telling.js';
import type { Client, Rate } from './client.js';
import type { Exchange } from './exchange.js';
import type { AccessRequestOptions, ObligationOptions } from './profiles.js';

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
    /** Failed authentications of one remote address, of IPv6 one network of 64 bits; whoever has none left is refused unread. Default: 1 a second, 60 at once. */
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
