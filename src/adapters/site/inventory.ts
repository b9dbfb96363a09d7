/** The inventory of a site: devices put in and out, what they report, and the one list of what is to be done. */
import {
  type Device,
  type DeviceReport,
  type DeviceStatus,
  deviceNeed,
  deviceShape,
  reportShape,
  statusOfDevice,
  withReport,
} from '../../admin/inventory/device.js';
import { type VisitTask, visitTasks } from '../../admin/inventory/tasks.js';
import { isPolicyId } from '../../admin/policy-id.js';
import { findElement } from '../../engine/elements.js';
import { overviewOf } from '../../sync/overview.js';
import type { Outcome } from '../../values/outcome.js';
import { allRecords } from './all-records.js';
import type { Actor, Site, WriteResult } from './site.js';
import { readSyncState } from './sync-state.js';

/** A device as it is put in: what it reports comes by itself. */
export type DeviceOrder = Omit<Device, 'last' | 'installed'>;

/** A device of a site. */
export interface InventoryEntry extends Device {
  readonly id: string;
  readonly status: DeviceStatus;
}

/** Why a device cannot be put in, or has nothing to say. */
export type InventoryCode = 'malformed' | 'unknown_place' | 'unknown_door' | 'unknown_device';

/** Puts a device into the inventory, or changes what is known of one; its last report stays. */
export function putDevice(
  site: Site,
  actor: Actor,
  id: string,
  order: DeviceOrder,
): Promise<WriteResult<Device, InventoryCode>> {
  return site.write<Device, InventoryCode>({
    actor,
    operation: 'hardware.put',
    plan: async ({ engine, store, time }) => {
      const record = await store.record('device', id);
      const before = record && deviceShape.ofRecord(record);
      const { installed = time, last } = before ?? {};
      if (!isPolicyId(id)) {
        return { ok: false, code: 'malformed', detail: `no id of a device \`${id}\`` };
      }
      const read = deviceShape.parse({
        ...order,
        installed,
        ...(last === undefined ? {} : { last }),
      });
      if (!read.ok) return read;
      const { place, door } = read.value;
      if (findElement(engine, 'places', place) === undefined) {
        return { ok: false, code: 'unknown_place', detail: `unknown place \`${place}\`` };
      }
      if (door !== undefined && findElement(engine, 'doors', door)?.place !== place) {
        return { ok: false, code: 'unknown_door', detail: `no door of \`${place}\`: \`${door}\`` };
      }
      const needs =
        before === undefined
          ? [deviceNeed(read.value, 'create')]
          : [deviceNeed(before, 'update'), deviceNeed(read.value, 'update')];
      const records = { put: [deviceShape.record(id, read.value)] };
      const audit = { object: { type: 'hardware', id } };
      return { ok: true, value: { value: read.value, records, needs, audit } };
    },
  });
}

/** Takes a device out of the inventory. */
export function removeDevice(
  site: Site,
  actor: Actor,
  id: string,
): Promise<WriteResult<undefined, InventoryCode>> {
  return site.write<undefined, InventoryCode>({
    actor,
    operation: 'hardware.remove',
    plan: async ({ store }) => {
      const record = await store.record('device', id);
      if (record === undefined) return unknownDevice(id);
      const needs = [deviceNeed(deviceShape.ofRecord(record), 'delete')];
      const records = { remove: [{ kind: 'device' as const, id }] };
      const audit = { object: { type: 'hardware', id } };
      return { ok: true, value: { value: undefined, records, needs, audit } };
    },
  });
}

/**
 * Notes what a device said of itself: from an adapter, or from a receipt whose signature was verified. Older reports
 * than the last change nothing.
 */
export async function reportDevice(
  site: Site,
  id: string,
  report: DeviceReport,
): Promise<Outcome<undefined, InventoryCode | 'future'>> {
  const read = reportShape.parse(report);
  if (!read.ok) return read;
  return site.store.write(async (writer) => {
    const record = await writer.record('device', id);
    if (record === undefined) return unknownDevice(id);
    const next = withReport(record, read.value, site.host.now());
    if (!next.ok) return next;
    if (next.value !== record) await writer.putRecords({ put: [next.value] });
    return { ok: true, value: undefined };
  });
}

/** All devices by ascending id, each with its status at this moment. */
export async function inventoryOf(site: Site): Promise<readonly InventoryEntry[]> {
  const now = site.host.now();
  const records = await allRecords(site.store, 'device');
  return records.map((record) => {
    const device = deviceShape.ofRecord(record);
    return { id: record.id, ...device, status: statusOfDevice(device, now) };
  });
}

/**
 * What is to be done on site, most urgent first: devices and offline locks in one list.
 * @throws TypeError when the site's sync state is damaged.
 */
export async function tasksOf(site: Site): Promise<readonly VisitTask[]> {
  const now = site.host.now();
  const records = await allRecords(site.store, 'device');
  const devices = records.map((record) => ({
    id: record.id,
    device: deviceShape.ofRecord(record),
  }));
  const sync = await readSyncState(site.store);
  const { tasks } = overviewOf(sync, Math.floor(now / 1000), 'permission');
  return visitTasks(devices, tasks, now);
}

function unknownDevice(id: string): { ok: false; code: 'unknown_device'; detail: string } {
  return { ok: false, code: 'unknown_device', detail: `unknown device \`${id}\`` };
}
