/**
 * What a change takes away, said so that it can be applied without knowing anything else: to a newer state, to an
 * older one, twice, or before changes that came first. Applying one never permits anything that was refused.
 */
import type { Credential, Lockdown } from '../policy/document.js';

/**
 * Elements that do not count until the reader has caught up with the change. Ids that a reader does not know are
 * passed over. A group, door or place is closed whole even if the change narrowed it only in part: whoever is behind cannot
 * know by how much, and will know soon. At exit readers a closed door or place still lets people out (D2).
 */
export interface Withdrawal {
  /** Assignments that do not count. */
  readonly assignments?: readonly string[];
  /** Users and links that may nothing. */
  readonly users?: readonly string[];
  readonly links?: readonly string[];
  /** Credentials as they are to be from now on: never `active`. */
  readonly credentials?: readonly Credential[];
  /** Members who left a team: users or teams. */
  readonly members?: readonly {
    readonly team: string;
    readonly users?: readonly string[];
    readonly teams?: readonly string[];
  }[];
  /** Groups that give nothing. */
  readonly groups?: readonly string[];
  /** Doors and places that stay shut. */
  readonly doors?: readonly string[];
  readonly places?: readonly string[];
  /** Schedules that are never open. */
  readonly schedules?: readonly string[];
  /** Days of calendars on which nothing is open. */
  readonly calendars?: readonly { readonly calendar: string; readonly dates: readonly string[] }[];
  /** Lockdowns to be in force. */
  readonly lockdowns?: readonly Lockdown[];
  /** Everything stays shut: the organisation or its role model changed. */
  readonly everything?: true;
}
