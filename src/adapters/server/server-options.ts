/** What a server is started with. */
import type { SecureContextOptions } from 'node:tls';
import type { AuthzenPoint } from '../authzen/exchange.js';
import type { PdpStatus } from '../pdp/pdp.js';
import type { Logger, Watcher } from '../pdp/telling.js';
import type { ServerMetrics } from './metrics.js';
import type { ServedPages } from './page-files.js';
import type { ServerLimits } from './server-limits.js';

/** What is served, and where. */
export interface ServerOptions {
  /** Absent on a server of probes and metrics alone. A function is given the address once that is known. */
  readonly point?: AuthzenPoint | ((url: string) => AuthzenPoint);
  /** What the probes look at: a decision point. */
  readonly probes: {
    /** How it stands; asked at each probe. */
    status(): PdpStatus;
  };
  /** Served below `/metrics`. */
  readonly metrics?: Pick<ServerMetrics, 'text'>;
  /** Pages for people. Whoever can connect can read them, so they go with a server for this machine alone. */
  readonly pages?: ServedPages;
  /** Default `127.0.0.1`: this machine alone. */
  readonly host?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  /** With it the server speaks HTTPS, TLS 1.2 or later. */
  readonly tls?: Pick<SecureContextOptions, 'cert' | 'key' | 'ca' | 'passphrase'>;
  readonly limits?: ServerLimits;
  /** Told of exchanges that are not the point's own. */
  readonly watcher?: Watcher;
  readonly logger?: Logger;
}
