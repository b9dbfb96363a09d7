/** Groups of doors and stops of a site. */
import {
  type GroupChange,
  type GroupCode,
  type NewGroup,
  planChangeGroup,
  planCreateGroup,
  planDeleteGroup,
} from '../../admin/provisioning/groups.js';
import { type Person, type WriteOptions, writePlanned } from './planned-write.js';
import type { Site, WriteResult } from './site.js';

/** Makes a group. */
export function createGroup(
  site: Site,
  actor: Person,
  order: NewGroup,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly group: string }, GroupCode>> {
  return writePlanned(site, actor, 'group.create', (p) => planCreateGroup(p, order), options);
}

/** Puts doors and stops into a group and takes them out. */
export function changeGroup(
  site: Site,
  actor: Person,
  change: GroupChange,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly group: string }, GroupCode>> {
  return writePlanned(site, actor, 'group.doors', (p) => planChangeGroup(p, change), options);
}

/** Takes a group away with every right held there; its doors stay. */
export function deleteGroup(
  site: Site,
  actor: Person,
  group: string,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly ended: readonly string[] }, GroupCode>> {
  return writePlanned(site, actor, 'group.delete', (p) => planDeleteGroup(p, group), options);
}
