/** Who has access to a door apart from who may open it now, team members and all. */
import type { Decision } from '../engine/decision.js';
import type { AccessRequest, Entity, Facts } from '../engine/request.js';
import type { AccessEntry, SearchPage } from '../engine/search.js';
import type { Policy } from '../policy/document.js';
import { PAGE_LIMIT_MAX } from '../values/limits.js';
import type { Openable, Site } from './site.js';

/** Somebody and a door: whether it opens now, and what is held there. */
export interface Access {
  readonly subject: Entity;
  readonly resource: Entity;
  readonly decision: Decision;
  /** Assignments that reach the door, own or by a team; the subject of an entry is the holder. */
  readonly entries: readonly AccessEntry[];
}

/** Both lists: users before links, doors in document order. */
export interface AccessLists {
  readonly now: readonly Access[];
  readonly notNow: readonly Access[];
}

/** A subject's or resource's place in a map. */
export function keyOf(entity: { readonly type: string; readonly id: string }): string {
  return `${entity.type} ${entity.id}`;
}

/** What asks to open `openable` with some facts. */
export function openingRequest(
  subject: Entity,
  openable: { readonly type: string; readonly id: string },
  action: string,
  facts: Facts,
): AccessRequest {
  const resource = { type: openable.type, id: openable.id };
  return { subject, action: { name: action }, resource, context: facts };
}

/** Everybody with access to a door: now, and not now. */
export function accessTo(
  site: Site,
  openable: Openable,
  action: string,
  facts: Facts,
): AccessLists {
  const { engine } = site;
  const resource = { type: openable.type, id: openable.id };
  const held = holdersOf(site, openable, facts);
  const now = ['user', 'link'].flatMap((type) =>
    everyPage((token) =>
      engine.searchSubjects({
        subject: { type },
        action: { name: action },
        resource,
        context: facts,
        page: { token, limit: PAGE_LIMIT_MAX },
      }),
    ),
  );
  const listed = new Set(now.map(keyOf));
  const rest = [...held.values()]
    .map((holder) => holder.subject)
    .filter((subject) => !listed.has(keyOf(subject)));
  const look = (subject: Entity): Access => ({
    subject,
    resource,
    decision: engine.decide(openingRequest(subject, openable, action, facts)),
    entries: held.get(keyOf(subject))?.entries ?? [],
  });
  return { now: now.map(look), notNow: rest.sort(byKind).map(look) };
}

/** Every door and stop that a user or link has access to: now, and not now. */
export function accessOf(
  site: Site,
  subject: Entity,
  openables: readonly Openable[],
  facts: Facts,
): AccessLists {
  const { engine } = site;
  const held = new Map<string, AccessEntry[]>();
  for (const entry of engine.access(subject, facts)) {
    const key = keyOf(entry.resource);
    held.set(key, [...(held.get(key) ?? []), entry]);
  }
  const now: Access[] = [];
  const notNow: Access[] = [];
  for (const openable of openables) {
    const entries = held.get(keyOf(openable)) ?? [];
    const decision = engine.decide(openingRequest(subject, openable, openable.action, facts));
    if (!decision.decision && entries.length === 0) continue;
    const resource = { type: openable.type, id: openable.id };
    (decision.decision ? now : notNow).push({ subject, resource, decision, entries });
  }
  return { now, notNow };
}

/** Users and links that hold something at a door, with what they hold; members stand in for their teams. */
export function holdersOf(
  site: Site,
  openable: { readonly type: string; readonly id: string },
  facts: Facts,
): ReadonlyMap<string, { readonly subject: Entity; readonly entries: readonly AccessEntry[] }> {
  const holders = new Map<string, { subject: Entity; entries: AccessEntry[] }>();
  const members = memberLookup(site.policy);
  const add = (subject: Entity, entry: AccessEntry): void => {
    const holder = holders.get(keyOf(subject));
    if (holder === undefined) holders.set(keyOf(subject), { subject, entries: [entry] });
    else holder.entries.push(entry);
  };
  for (const entry of site.engine.access({ type: openable.type, id: openable.id }, facts)) {
    if (entry.subject.type !== 'team')
      add({ type: entry.subject.type, id: entry.subject.id }, entry);
    else for (const id of members(entry.subject.id)) add({ type: 'user', id }, entry);
  }
  return holders;
}

/** Users of a team and of the teams in it, each team looked up once. */
function memberLookup(policy: Policy): (team: string) => ReadonlySet<string> {
  const teams = new Map((policy.teams ?? []).map((team) => [team.id, team]));
  const known = new Map<string, ReadonlySet<string>>();
  return (id) => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const users = new Set<string>();
    const seen = new Set<string>([id]);
    const waiting = [id];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const team = teams.get(next);
      for (const user of team?.users ?? []) users.add(user);
      for (const inner of team?.teams ?? []) {
        if (!seen.has(inner)) waiting.push(inner);
        seen.add(inner);
      }
    }
    known.set(id, users);
    return users;
  };
}

/** All pages of a list, one after the other. */
function everyPage(page: (token: string) => SearchPage<Entity>): Entity[] {
  const results: Entity[] = [];
  let token = '';
  do {
    const part = page(token);
    results.push(...part.results);
    token = part.page.next_token;
  } while (token !== '');
  return results;
}

/** Users before links, each by id. */
function byKind(a: Entity, b: Entity): number {
  if (a.type !== b.type) return a.type === 'user' ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
