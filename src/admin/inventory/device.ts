/** Device inventory: readers, controllers, locks and bridges, what each last said of itself, and how it fares. */
import { v } from '../../policy/schema-nodes.js';
import type { Outcome } from '../../values/outcome.js';
import type { PermissionNeed } from '../plan.js';
import type { SiteRecord } from '../record.js';
import { idField, instantField, nameField, wholeField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';

/** What a device is. */
export const DEVICE_KINDS = ['reader', 'controller', 'lock', 'bridge', 'terminal'] as const;

/** One device of a site. Its id is the record's: a reader's or lock's own id. */
export interface Device {
  readonly kind: (typeof DEVICE_KINDS)[number];
  readonly name?: string;
  readonly place: string;
  readonly door?: string;
  /** Epoch milliseconds. */
  readonly installed: number;
  /** How often it is heard of when all is well, in seconds; absent: whenever somebody is there (offline locks). */
  readonly heardEverySeconds?: number;
  /** The firmware it should have. */
  readonly firmwareWanted?: string;
  readonly last?: DeviceReport;
}

/** What a device said of itself, by its adapter or by a receipt. */
export interface DeviceReport {
  /** When it said so, epoch milliseconds. */
  readonly at: number;
  readonly firmware?: string;
  /** Per cent. */
  readonly battery?: number;
  /** `tampered`, `jammed`, `fault`: whatever it calls wrong; absent: nothing. */
  readonly fault?: string;
}

const reportFields = {
  at: instantField,
  firmware: v.optional(nameField),
  battery: v.optional(wholeField(0, 100)),
  fault: v.optional(nameField),
};

const device = () =>
  v.strictObject({
    kind: v.picklist(DEVICE_KINDS),
    name: v.optional(nameField),
    place: idField,
    door: v.optional(idField),
    installed: instantField,
    heardEverySeconds: v.optional(wholeField(1, 31_536_000)),
    firmwareWanted: v.optional(nameField),
    last: v.optional(v.strictObject(reportFields)),
  });

/** The record `device`. */
export const deviceShape = recordShape<Device>('device', device);

/** Reads a report that came from outside. */
export const reportShape = recordShape<DeviceReport>('device', () => v.strictObject(reportFields));

/** How a device fares. `silent`: it should have been heard of. `unheard`: it never was. */
export type DeviceStatus = 'ok' | 'attention' | 'fault' | 'silent' | 'unheard';

/** Below this a battery is to be changed at the next visit: DOOR and KIWI warn at 15 %. */
export const BATTERY_LOW_PERCENT = 15;

/** How many of its usual pauses a device may miss before it counts as silent. */
const PAUSES_MISSED = 3;

/** The status of a device at `now`, epoch milliseconds. */
export function statusOfDevice(one: Device, now: number): DeviceStatus {
  const { last, heardEverySeconds, firmwareWanted } = one;
  if (last === undefined) return 'unheard';
  if (last.fault !== undefined) return 'fault';
  const isSilent =
    heardEverySeconds !== undefined && now - last.at > heardEverySeconds * 1000 * PAUSES_MISSED;
  if (isSilent) return 'silent';
  const isOld = firmwareWanted !== undefined && last.firmware !== firmwareWanted;
  return isOld || (last.battery ?? 100) < BATTERY_LOW_PERCENT ? 'attention' : 'ok';
}

/**
 * The record with a report in it. An older report than the last changes nothing; what a report leaves out stays as it
 * was, a fault excepted: a device that no longer names one has none.
 * @returns code `future` for a report more than a day ahead of `now`: it would hide all that follow.
 */
export function withReport(
  record: SiteRecord,
  report: DeviceReport,
  now: number,
): Outcome<SiteRecord, 'future'> {
  const one = deviceShape.ofRecord(record);
  if (report.at > now + 86_400_000) {
    return { ok: false, code: 'future', detail: `a report from the future \`${report.at}\`` };
  }
  if (one.last !== undefined && report.at <= one.last.at) return { ok: true, value: record };
  const { fault: _, ...before } = one.last ?? {};
  const last = { ...before, ...report };
  return { ok: true, value: deviceShape.record(record.id, { ...one, last }) };
}

/** What a change of the inventory needs: `hardware` where the device is. */
export function deviceNeed(
  { place, door }: Pick<Device, 'place' | 'door'>,
  action: 'create' | 'update' | 'delete' | 'view',
): PermissionNeed {
  const scope = door === undefined ? { type: 'place', id: place } : { type: 'door', id: door };
  return { action, resource: { type: 'hardware', id: '*', properties: { scope } } };
}
