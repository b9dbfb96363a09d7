/** The shelves of a site: kept in memory, and brought to a revision by what the outbox says was changed. */

import type { RecordKind, SiteRecord } from '../../admin/record.js';
import { readKeptGroup } from '../../admin/scim/group-mapping.js';
import type { GroupMeaning } from '../../admin/scim/membership.js';
import {
  foldedName,
  newShelf,
  type Shelf,
  type ShelfEntry,
  shelve,
} from '../../admin/scim/shelf.js';
import { attributesOf, isGone, readKeptUser } from '../../admin/scim/user-mapping.js';
import { elementsOf, findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { User } from '../../policy/document.js';
import { allRecords } from '../site/all-records.js';
import type { Site } from '../site/site.js';
import type { OutboxRow, StoreReader } from '../store/store.js';

/** What can be looked up at a site, as of a revision. */
export interface Directory {
  revision: number;
  readonly users: Shelf;
  readonly groups: Shelf;
}

type GroupKind = GroupMeaning['kind'];

/** So many changed things are looked up one by one; beyond it everything is read anew. */
const TOUCHED_MAX = 5000;

/**
 * The directory of a site, at least as new as an engine. Within a write, give the store of that write: it may hold
 * the only connection.
 */
export async function directoryAt(
  directories: WeakMap<Site, Directory>,
  site: Site,
  kind: GroupKind,
  engine: Engine,
  store: StoreReader,
): Promise<Directory> {
  for (;;) {
    const known = directories.get(site);
    if (known !== undefined && known.revision >= engine.revision) return known;
    const from = known?.revision;
    const touched = from === undefined ? undefined : await touchedSince(from, engine, kind, store);
    // Whoever waited while another call finished looks again; nothing is altered across an `await`.
    if (known === undefined || touched === undefined) {
      const read = await readAll(engine, kind, store);
      if (directories.get(site) !== known || known?.revision !== from) continue;
      directories.set(site, read);
      return read;
    }
    const [users, groups] = await Promise.all([
      readRecords(store, 'scim_user', touched.users),
      readRecords(store, 'scim_group', touched.groups),
    ]);
    if (directories.get(site) !== known || known.revision !== from) continue;
    for (const id of touched.users) {
      const user = findElement(engine, 'users', id);
      shelve(known.users, id, user && userEntry(user, users.get(id)));
    }
    for (const id of touched.groups) {
      const group = findElement(engine, kind, id);
      shelve(known.groups, id, group && groupEntry(group, groups.get(id)));
    }
    known.revision = engine.revision;
    return known;
  }
}

/** Records by id; few ids are asked for one by one, many by walking over all of them. */
export async function readRecords(
  store: StoreReader,
  kind: RecordKind,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SiteRecord>> {
  const found = new Map<string, SiteRecord>();
  const note = (record: SiteRecord | undefined) => {
    if (record !== undefined) found.set(record.id, record);
  };
  if (ids.length <= 200) {
    for (const record of await Promise.all(ids.map((id) => store.record(kind, id)))) note(record);
    return found;
  }
  const wanted = new Set(ids);
  for (const record of await allRecords(store, kind)) if (wanted.has(record.id)) note(record);
  return found;
}

interface Touched {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** What rows after a revision name; undefined where there are too many or one is missing. */
async function touchedSince(
  from: number,
  engine: Engine,
  kind: GroupKind,
  store: StoreReader,
): Promise<Touched | undefined> {
  const users = new Set<string>();
  const groups = new Set<string>();
  let revision = from;
  while (revision < engine.revision) {
    const rows = await store.outbox(revision);
    for (const row of rows) {
      if (row.revision !== revision + 1) return undefined;
      revision = row.revision;
      note(users, row, 'users');
      note(groups, row, kind);
      if (users.size + groups.size > TOUCHED_MAX) return undefined;
      if (revision === engine.revision) break;
    }
    if (rows.length === 0) return undefined;
  }
  return { users: [...users], groups: [...groups] };
}

function note(ids: Set<string>, { changes }: OutboxRow, kind: 'users' | GroupKind): void {
  for (const { id } of changes.put?.[kind] ?? []) ids.add(id);
  for (const id of changes.remove?.[kind] ?? []) ids.add(id);
}

async function readAll(engine: Engine, kind: GroupKind, store: StoreReader): Promise<Directory> {
  const users = new Map<string, SiteRecord>();
  for (const record of await allRecords(store, 'scim_user')) users.set(record.id, record);
  const groups = new Map<string, SiteRecord>();
  for (const record of await allRecords(store, 'scim_group')) groups.set(record.id, record);
  return {
    revision: engine.revision,
    users: newShelf(
      [...elementsOf(engine, 'users')].map((user) => [
        user.id,
        userEntry(user, users.get(user.id)),
      ]),
    ),
    groups: newShelf(
      [...elementsOf(engine, kind)].map((group) => [
        group.id,
        groupEntry(group, groups.get(group.id)),
      ]),
    ),
  };
}

function userEntry(user: User, record: SiteRecord | undefined): ShelfEntry {
  const kept = readKeptUser(record);
  const { userName, externalId } = attributesOf(user, kept);
  return {
    name: foldedName(String(userName ?? user.id)),
    externalId: typeof externalId === 'string' ? externalId : undefined,
    deleted: isGone(user, kept),
  };
}

function groupEntry(
  group: { readonly id: string; readonly name?: string | undefined },
  record: SiteRecord | undefined,
): ShelfEntry {
  const kept = readKeptGroup(record);
  return {
    name: foldedName(group.name ?? group.id),
    externalId: kept?.externalId,
    deleted: kept?.deleted ?? false,
  };
}
