/** What lowering is asked, and how the lock it asks for will see the person. */
import type { PortalRecord } from '../engine/records.js';
import type { AccessRequest } from '../engine/request.js';
import type { Snapshot } from '../engine/snapshot.js';
import { find } from '../engine/table.js';
import { INSTANT_END } from '../values/instant.js';
import type { NotLoweredReason } from './grant.js';
import { checkOptions, type LoweringOptions } from './options.js';

/** Whose device is to open what, and from when. */
export interface DeviceQuestion {
  readonly user: string;
  /** The user's `phone` credential whose key is enrolled. */
  readonly credential: string;
  /** Beginning of the life, whole Unix seconds. An issuer passes the `iat` it will stamp, so that no life outgrows 30 days. */
  readonly from: number;
  /** End of the life at the latest, whole Unix seconds. Default: as long as the options let it live. */
  readonly until?: number;
  readonly options?: LoweringOptions;
}

/** The same at one door. */
export interface DoorQuestion extends DeviceQuestion {
  readonly door: string;
}

/**
 * Looks at the times and options of a question.
 * @throws RangeError as `lower`.
 */
export function checkQuestion(
  s: Snapshot,
  { from, until = from + 1, options }: DeviceQuestion,
): void {
  for (const seconds of [from, until]) {
    // On the wire there are no times before 1970. Milliseconds given by mistake lie beyond the year 9999.
    if (!Number.isInteger(seconds) || seconds < 0 || seconds * 1000 >= INSTANT_END)
      throw new RangeError(`not an instant in whole Unix seconds \`${seconds}\``);
  }
  if (until <= from) throw new RangeError(`\`until\` must be after \`from\`, not \`${until}\``);
  if (from * 1000 < s.zones.from || from * 1000 >= s.zones.until)
    throw new RangeError(`outside what the time-zone source knows \`${from}\``);
  checkOptions(options ?? {});
}

/** What bars a door, or a device, from offline grants altogether; the clauses say the rest. */
export function barredBy(
  s: Snapshot,
  portal: PortalRecord,
  { credential }: DeviceQuestion,
): NotLoweredReason | undefined {
  if (!portal.offline) return 'online_door';
  if (portal.readers.length > 0 && entryReader(portal) === undefined) return 'no_entry_reader';
  const device = find(s.tables.credentials, credential);
  if (device === undefined) return 'credential_unknown';
  return device.kind === 'phone' ? undefined : 'credential_not_phone';
}

/**
 * The opening as the lock will see it: the phone held to it from outside. At an exit reader the clauses refuse
 * less, so what is lowered for entry holds there too.
 */
export function tapOf(
  portal: PortalRecord,
  { user, credential, from }: DeviceQuestion,
): AccessRequest {
  const reader = entryReader(portal);
  return {
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: portal.id },
    context: { time: from * 1000, method: 'tap', device: credential, reader },
  };
}

function entryReader({ readers }: PortalRecord): string | undefined {
  return readers.find(({ direction }) => direction !== 'exit')?.id;
}
