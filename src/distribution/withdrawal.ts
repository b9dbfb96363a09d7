/**
 * What a change takes away, said so that it can be applied without knowing anything else: to a newer state, to an
 * older one, twice, or before changes that came first. Applying one never permits anything that was refused.
 */
import type { Credential, Lockdown } from '../policy/document.js';

/**
 * Elements that do not count until the reader has caught up with the change. Ids that a reader does not know are
 * passed over. A door or place is closed whole even if the change narrowed it only in part: whoever is behind cannot
 * know by how much, and will know soon. What is gone lets nobody through at all; what was merely narrowed still lets out, at exit
 * readers, whom it let out before (D2, D11): nobody is locked in because a message was lost.
 */
export interface Withdrawal {
  /** Assignments that do not count. */
  readonly assignments?: readonly string[];
  /** Assignments that let nobody in, but out. */
  readonly narrowedAssignments?: readonly string[];
  /** Users and links that may nothing. */
  readonly users?: readonly string[];
  readonly links?: readonly string[];
  /** Users whose primary device is none. */
  readonly primaryDevices?: readonly string[];
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
  /** Groups that let nobody in, but out. */
  readonly narrowedGroups?: readonly string[];
  /** Doors and stops that left a group. */
  readonly openings?: readonly {
    readonly group: string;
    readonly doors?: readonly string[];
    readonly stops?: readonly string[];
  }[];
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
