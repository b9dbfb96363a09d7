/**
 * One list of what somebody has to go and do: doors whose lock must hear of something, batteries, firmware, devices
 * that are silent or broken. What can be done in one visit stands in one row.
 */
import type { SyncTask } from '../../sync/overview.js';
import { formatInstant } from '../../values/instant.js';
import { BATTERY_LOW_PERCENT, type Device, statusOfDevice } from './device.js';

/** One thing to do. The order of this list is the order of urgency. */
export const TASK_KINDS = [
  'send_someone',
  'inspect_on_site',
  'repair',
  'find_silent',
  'wait_until',
  'change_battery',
  'update_firmware',
  'install',
  'wait_for_any_opening',
] as const;

/** What there is to do. */
export type TaskKind = (typeof TASK_KINDS)[number];

/** One reason to go, or to wait. */
export interface TaskItem {
  readonly kind: TaskKind;
  readonly device?: string;
  /** For people: `battery 9 %`. */
  readonly detail: string;
}

/** Everything to do at one door, or at a place for devices that stand at none. */
export interface VisitTask {
  readonly door?: string;
  readonly place?: string;
  /** The most urgent of its items. */
  readonly kind: TaskKind;
  /** By urgency. */
  readonly items: readonly TaskItem[];
  /** How many rights still open a door that should not, which the visit would end. */
  readonly mends: number;
}

/**
 * The list at `now`, epoch milliseconds: by urgency, then by how many rights a visit mends, then by name.
 * @param sync - the tasks of the sync overview (`doorwright/sync`).
 */
export function visitTasks(
  devices: readonly { readonly id: string; readonly device: Device }[],
  sync: readonly SyncTask[],
  now: number,
): readonly VisitTask[] {
  const byDoor = new Map<
    string,
    { door?: string; place?: string; items: TaskItem[]; mends: number }
  >();
  const at = (key: string, where: { door?: string; place?: string }) => {
    const found = byDoor.get(key) ?? { ...where, items: [], mends: 0 };
    byDoor.set(key, found);
    return found;
  };
  for (const { door, action, mends, exposedUntil } of sync) {
    if (action === 'none') continue;
    const visit = at(`door ${door}`, { door });
    visit.items.push({ kind: action, detail: exposureText(exposedUntil) });
    visit.mends += mends[1] ?? 0;
    visit.mends += mends[2] ?? 0;
  }
  for (const { id, device } of devices) {
    const items = itemsOf(id, device, now);
    if (items.length === 0) continue;
    const { door, place } = device;
    const visit =
      door === undefined ? at(`place ${place}`, { place }) : at(`door ${door}`, { door });
    visit.items.push(...items);
  }
  const tasks = [...byDoor.values()].map(({ items, ...visit }) => {
    const sorted = [...items].sort((a, b) => urgency(a.kind) - urgency(b.kind));
    return { ...visit, items: sorted, kind: (sorted[0] as TaskItem).kind };
  });
  return tasks.sort(
    (a, b) =>
      urgency(a.kind) - urgency(b.kind) || b.mends - a.mends || (nameOf(a) < nameOf(b) ? -1 : 1),
  );
}

function itemsOf(id: string, device: Device, now: number): TaskItem[] {
  const status = statusOfDevice(device, now);
  const { last, firmwareWanted } = device;
  const items: TaskItem[] = [];
  const add = (kind: TaskKind, detail: string) => items.push({ kind, device: id, detail });
  if (status === 'fault') add('repair', last?.fault ?? '');
  if (status === 'silent') add('find_silent', `last heard ${formatInstant(last?.at ?? 0)}`);
  if (status === 'unheard') add('install', 'never heard of');
  if (last?.battery !== undefined && last.battery < BATTERY_LOW_PERCENT) {
    add('change_battery', `battery ${last.battery} %`);
  }
  if (last !== undefined && firmwareWanted !== undefined && last.firmware !== firmwareWanted) {
    add('update_firmware', `${last.firmware ?? 'unknown'} to ${firmwareWanted}`);
  }
  return items;
}

function urgency(kind: TaskKind): number {
  return TASK_KINDS.indexOf(kind);
}

function nameOf({ door, place }: Pick<VisitTask, 'door' | 'place'>): string {
  return door ?? place ?? '';
}

function exposureText(until: SyncTask['exposedUntil']): string {
  if (until === null) return 'nothing is exposed';
  if (until === 'unbounded') return 'exposed until somebody comes';
  return `exposed until ${formatInstant(until * 1000)}`;
}
