/** What a source of decisions is to `serve`, whichever it is. */
import type { Pdp } from '../adapters/pdp/pdp.js';
import type { Logger } from '../adapters/pdp/telling.js';
import type { Site } from '../adapters/site/site.js';

/** A decision point and its source. */
export interface ServeSource {
  readonly pdp: Pdp;
  /** Where it is an organisation of a store. */
  readonly site?: Site;
  /** Looks at the source now. */
  refresh(): Promise<boolean>;
}

/** Who is told of what comes from the source. */
export interface SourceListeners {
  readonly logger: Logger;
  /** `ok`, or why a version did not take over. */
  reloaded(result: string): void;
}
