/** Reading Users and Groups: one by its id, or many by a question. */

import { isPolicyId } from '../../admin/policy-id.js';
import type { Json, JsonObject, SiteRecord } from '../../admin/record.js';
import { refuse, type ScimOutcome } from '../../admin/scim/code.js';
import { type Filter, parseFilter } from '../../admin/scim/filter.js';
import { bindFilter, isObject, type Matcher } from '../../admin/scim/filter-match.js';
import type { ListQuery } from '../../admin/scim/query.js';
import { listBody } from '../../admin/scim/query.js';
import { readSelection, select } from '../../admin/scim/selection.js';
import { candidatesOf, isShelved, visibleIds } from '../../admin/scim/shelf.js';
import { compareKeys, type SortKey, sortKeys } from '../../admin/scim/sort.js';
import { namesVersion } from '../../admin/scim/version.js';
import { directoryAt, readRecords } from './directory.js';
import { type Call, type Exchange, maySee, meaningOf, type Reply, unseen } from './exchange.js';
import type { Kind } from './kinds.js';
import type { Ground } from './resources.js';

/** What can be read now, with all that other processes wrote. */
export async function readGround(exchange: Exchange): Promise<Ground> {
  const { site, directories, groupsAre } = exchange;
  const engine = await site.refresh();
  const directory = await directoryAt(directories, site, groupsAre, engine, site.store);
  const meaning = meaningOf(exchange, engine);
  return { exchange, engine, directory, meaning: meaning.ok ? meaning.value : undefined };
}

/** `GET /Users/{id}` and the like. @returns codes `notFound`, `forbidden`. */
export async function readOne(
  exchange: Exchange,
  kind: Kind,
  id: string,
  call: Call,
): Promise<ScimOutcome<Reply>> {
  const ground = await readGround(exchange);
  const seen = kind.type === 'group' && exchange.groupsAre === 'teams' ? '*' : id;
  if (!isPolicyId(id) || !isShelved(kind.shelf(ground.directory), id)) {
    // Whoever may see nothing is not told what there is.
    const sees = await maySee(exchange, { type: kind.type, id: '*' });
    return sees ? missing(id) : unseen();
  }
  if (!(await maySee(exchange, { type: kind.type, id: seen }))) return unseen();
  const record = await exchange.site.store.record(kind.record, id);
  const resource = kind.resource(ground, id, record);
  if (resource === undefined) return missing(id);
  const version = versionIn(resource);
  if (call.ifNoneMatch !== undefined && namesVersion(call.ifNoneMatch, version)) {
    return { ok: true, value: { status: 304, headers: { ETag: version } } };
  }
  return { ok: true, value: replyWith(kind, resource, call.query, 200) };
}

/** `GET /Users?…`, `POST /Users/.search` and the like. @returns codes `forbidden`, `invalidFilter`. */
export async function readMany(
  exchange: Exchange,
  kinds: readonly Kind[],
  query: ListQuery,
): Promise<ScimOutcome<Reply>> {
  const ground = await readGround(exchange);
  const parsed = query.filter === undefined ? undefined : parseFilter(query.filter);
  if (parsed?.ok === false) return parsed;
  for (const kind of kinds) {
    if (!(await maySee(exchange, { type: kind.type, id: '*' }))) return unseen();
  }
  const isWhole = parsed === undefined && query.sortBy === undefined;
  const found = isWhole
    ? { ok: true as const, value: pageOfAll(ground, kinds, query) }
    : await pageOfMatching(ground, kinds, parsed?.value, query);
  if (!found.ok) return found;
  const { page, total } = found.value;
  const resources = await loadPage(ground, kinds, page);
  const wantedOf = ({ shape }: Kind) =>
    readSelection(shape, query.attributes, query.excludedAttributes);
  // Once for all resources: a page of a thousand must not read a long list of paths a thousand times.
  const wanted = new Map(kinds.map((kind) => [kind, wantedOf(kind)]));
  const selected = resources.map(({ kind, resource }) =>
    select(kind.shape, resource, wanted.get(kind) ?? wantedOf(kind)),
  );
  const body = listBody(selected, total, query.startIndex);
  return { ok: true, value: { status: 200, body } };
}

/** A resource as answer, with its ETag. */
export function replyWith(
  kind: Kind,
  resource: JsonObject,
  query: Pick<ListQuery, 'attributes' | 'excludedAttributes'>,
  status: number,
): Reply {
  const selection = readSelection(kind.shape, query.attributes, query.excludedAttributes);
  const { meta } = resource;
  const location = isObject(meta) ? String(meta['location']) : '';
  return {
    status,
    body: select(kind.shape, resource, selection),
    headers: {
      ETag: versionIn(resource),
      ...(status === 201 ? { Location: location } : { 'Content-Location': location }),
    },
  };
}

/**
 * A resource that was just written as answer; whoever may write and not see gets no more than where it is.
 */
export async function replyAfterWrite(
  exchange: Exchange,
  kind: Kind,
  resource: JsonObject,
  query: ListQuery,
  status: number,
): Promise<Reply> {
  const { schemas, id, meta } = resource;
  const whole = replyWith(kind, resource, query, status);
  const isTeam = kind.type === 'group' && exchange.groupsAre === 'teams';
  const seen = isTeam ? '*' : String(id);
  if (await maySee(exchange, { type: kind.type, id: seen })) return whole;
  return { ...whole, body: { schemas: schemas ?? [], id: id ?? '', meta: meta ?? {} } };
}

/** The version of a whole resource. */
export function versionIn(resource: JsonObject): string {
  const meta: Json | undefined = resource['meta'];
  return isObject(meta) ? String(meta['version']) : '';
}

/** A resource that is not there. */
export function missing(id: string) {
  return refuse('notFound', `there is no resource \`${id.slice(0, 128)}\``);
}

interface Found {
  readonly kind: Kind;
  readonly id: string;
  readonly key: SortKey;
}

interface Page {
  readonly page: readonly Found[];
  /** Of all pages. */
  readonly total: number;
}

/** A page of everything there is: by ids alone. */
function pageOfAll(ground: Ground, kinds: readonly Kind[], query: ListQuery): Page {
  const page: Found[] = [];
  let total = 0;
  for (const kind of kinds) {
    const ids = visibleIds(kind.shelf(ground.directory));
    const from = Math.max(0, query.startIndex - 1 - total);
    for (const id of ids.slice(from, from + query.count - page.length)) {
      page.push({ kind, id, key: undefined });
    }
    total += ids.length;
  }
  return { page, total };
}

async function pageOfMatching(
  ground: Ground,
  kinds: readonly Kind[],
  filter: Filter | undefined,
  query: ListQuery,
): Promise<ScimOutcome<Page>> {
  const found: Found[] = [];
  for (const kind of kinds) {
    const matched = await matching(ground, kind, filter, query);
    if (!matched.ok) return matched;
    for (const each of matched.value) found.push(each);
  }
  if (query.sortBy !== undefined) {
    const direction = query.descending ? -1 : 1;
    found.sort((one, other) => direction * compareKeys(one.key, other.key));
  }
  const from = query.startIndex - 1;
  const page = found.slice(from, from + query.count);
  return { ok: true, value: { page, total: found.length } };
}

/** So many resources are in memory at once while all are looked through. */
const CHUNK = 2000;

/** Ids that match, ascending, each with what it is ordered by. Reads no record unless it must. */
async function matching(
  ground: Ground,
  kind: Kind,
  filter: Filter | undefined,
  query: ListQuery,
): Promise<ScimOutcome<readonly Found[]>> {
  const shelf = kind.shelf(ground.directory);
  const bound = filter && bindFilter(kind.shape, filter);
  if (bound?.ok === false) return bound;
  const keyOf = query.sortBy === undefined ? undefined : sortKeys(kind.shape, query.sortBy);
  const ids =
    (filter && candidatesOf(shelf, kind.shape, kind.nameAttribute, filter)) ?? visibleIds(shelf);
  const asksVersion = /version/iu.test(`${query.filter} ${query.sortBy}`);
  const seen: Ground = { ...ground, unversioned: !asksVersion };
  const matches: Matcher = bound?.value ?? (() => true);
  const found: Found[] = [];
  for (let at = 0; at < ids.length; at += CHUNK) {
    const chunk = ids.slice(at, at + CHUNK);
    const records = await readChunk(ground, kind, chunk);
    for (const id of chunk) {
      const resource = kind.resource(seen, id, records.get(id));
      if (resource === undefined || !matches(resource)) continue;
      found.push({ kind, id, key: keyOf?.(resource) });
    }
  }
  return { ok: true, value: found };
}

/** The records of a run of ids, ascending: by their range, so that each is read once. */
async function readChunk(ground: Ground, kind: Kind, ids: readonly string[]) {
  const { store } = ground.exchange.site;
  const [first] = ids;
  const last = ids.at(-1);
  if (ids.length <= 200 || first === undefined || last === undefined) {
    return readRecords(store, kind.record, ids);
  }
  const found = new Map(await readRecords(store, kind.record, [first]));
  let after = first;
  while (after < last) {
    const page = await store.records(kind.record, { after, limit: CHUNK });
    for (const record of page) found.set(record.id, record);
    const end = page.at(-1)?.id;
    if (page.length < CHUNK || end === undefined) break;
    after = end;
  }
  return found;
}

async function loadPage(ground: Ground, kinds: readonly Kind[], page: readonly Found[]) {
  const { store } = ground.exchange.site;
  const records = new Map<Kind, ReadonlyMap<string, SiteRecord>>();
  for (const kind of kinds) {
    const ids = page.filter((found) => found.kind === kind).map(({ id }) => id);
    const all = await Promise.all(ids.map((id) => store.record(kind.record, id)));
    records.set(
      kind,
      new Map(all.flatMap((each) => (each === undefined ? [] : [[each.id, each]]))),
    );
  }
  return page.flatMap(({ kind, id }) => {
    const resource = kind.resource(ground, id, records.get(kind)?.get(id));
    return resource === undefined ? [] : [{ kind, resource }];
  });
}
