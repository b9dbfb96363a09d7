/** Where something lies, and what a class of subjects holds there: which permissions differ, and when. */
import type { Zone } from '../../checks/time/zone.js';
import type { Effect } from './policy-diff.js';
import type { Found, FoundReach, WhenBook } from './right-lines.js';
import type { PermissionBook } from './right-permissions.js';
import type { Position, Sides } from './right-scopes.js';
import { minus, type Spans, unionOf } from './right-spans.js';
import type { Standings } from './right-standings.js';
import { ALWAYS, type TimesBook } from './right-times.js';

/** Everything that a comparison of rights looks things up in. */
export interface Comparison {
  readonly sides: Sides;
  readonly permissions: PermissionBook;
  readonly times: TimesBook;
  readonly standings: Standings;
  readonly whens: WhenBook;
}

/** Actions of one type that differ alike. */
export type Difference = Pick<Found, 'effect' | 'when' | 'type' | 'actions'>;

/** What differs of one type between two lists of rights; both by number. */
export type DifferencesAt = (
  had: readonly number[],
  has: readonly number[],
  type: string,
  counts: (action: string) => boolean,
) => readonly Difference[];

/** The question of what differs, of a comparison. */
export function differencesAt({ permissions, times, standings, whens }: Comparison): DifferencesAt {
  const spansOf = (rights: readonly number[]): Spans =>
    unionOf(
      [...new Set(rights.map((one) => standings.held[one]?.times ?? ALWAYS))].map(times.spansOf),
    );
  return (had, has, type, counts) => {
    const byRights = new Map<string, { own: number[]; now: number[]; actions: string[] }>();
    for (const number of permissions.types.get(type) ?? []) {
      const action = permissions.all[number]?.action ?? '';
      if (!counts(action)) continue;
      const may = (one: number) =>
        permissions.setOf(standings.held[one]?.permissions ?? 0).has(number);
      const [own, now] = [had.filter(may), has.filter(may)];
      if (own.length + now.length === 0) continue;
      const key = `${own.join()}|${now.join()}`;
      const known = byRights.get(key);
      if (known === undefined) byRights.set(key, { own, now, actions: [action] });
      else known.actions.push(action);
    }
    const found = new Map<string, { effect: Effect; when: number; actions: string[] }>();
    for (const { own, now, actions } of byRights.values()) {
      const zone = zoneOfRights([...own, ...now], standings, times);
      const [old, fresh] = [spansOf(own), spansOf(now)];
      for (const [effect, spans] of [
        ['gains', minus(fresh, old)],
        ['loses', minus(old, fresh)],
      ] as const) {
        if (spans.length === 0) continue;
        const when = whens.numberOf(spans, zone);
        const known = found.get(`${effect} ${when}`);
        if (known === undefined)
          found.set(`${effect} ${when}`, { effect, when, actions: [...actions] });
        else known.actions.push(...actions);
      }
    }
    return [...found.values()].map(({ effect, when, actions }) => ({
      effect,
      when,
      type,
      actions: actions.sort(),
    }));
  };
}

/** The zone in which the times of some rights are best said: of those that have one, the first by name. */
export function zoneOfRights(
  rights: readonly number[],
  { held }: Standings,
  times: TimesBook,
): Zone | undefined {
  let first: Zone | undefined;
  for (const one of rights) {
    const zone = times.zoneOf(held[one]?.times ?? ALWAYS);
    if (zone !== undefined && (first === undefined || zone.name < first.name)) first = zone;
  }
  return first;
}

/** What differs for whoever holds something around a position, class by class. */
export type Around = (
  before: Position,
  after: Position,
  type: string,
  counts: (action: string) => boolean,
  reach: FoundReach,
) => Found[];

/** Looks at positions: for each at those classes alone that could differ there. */
export function aroundPositions(comparison: Comparison): Around {
  const { classes, held } = comparison.standings;
  const at = differencesAt(comparison);
  const holding = new Map<number, number[]>();
  const changed = new Map<number, number[]>();
  const add = (lists: Map<number, number[]>, scope: number, number: number) => {
    const list = lists.get(scope);
    if (list === undefined) lists.set(scope, [number]);
    else list.push(number);
  };
  classes.forEach((own, number) => {
    const rights = [...own.before, ...own.after];
    for (const scope of new Set(rights.map((one) => held[one]?.scope ?? 0))) {
      add(holding, scope, number);
      if (own.isChanged) add(changed, scope, number);
    }
  });
  const rightsIn = (rights: readonly number[], position: Position): number[] =>
    position === undefined ? [] : rights.filter((one) => position.includes(held[one]?.scope ?? -1));

  return (before, after, type, counts, reach) => {
    const candidates = new Set<number>();
    for (const scope of new Set([...(before ?? []), ...(after ?? [])])) {
      const kept = before?.includes(scope) === true && after?.includes(scope) === true;
      for (const number of (kept ? changed : holding).get(scope) ?? []) candidates.add(number);
    }
    const alike = new Map<string, { had: number[]; has: number[]; classes: number[] }>();
    for (const number of candidates) {
      const own = classes[number] as (typeof classes)[number];
      const [had, has] = [rightsIn(own.before, before), rightsIn(own.after, after)];
      const key = `${had.join()}|${has.join()}`;
      const known = alike.get(key);
      if (known === undefined) alike.set(key, { had, has, classes: [number] });
      else known.classes.push(number);
    }
    return [...alike.values()].flatMap(({ had, has, classes: own }) =>
      at(had, has, type, counts).map((difference) => ({ ...difference, classes: own, reach })),
    );
  };
}
