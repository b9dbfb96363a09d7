/** Rights that differ at whatever lies in a scope and stayed where it was: said by scopes, however much lies there. */
import { type Comparison, zoneOfRights } from './right-differences.js';
import type { Found } from './right-lines.js';
import { type Members, membersOf } from './right-members.js';
import { minus, partsBy, type Spans, unionOf } from './right-spans.js';
import type { StandingClass } from './right-standings.js';

/** Rights of one class by scope. */
type ByScope = ReadonlyMap<number, Spans>;

/** What classes of subjects who hold something else than before gain and lose within scopes. */
export function rightsWithin(comparison: Comparison): Found[] {
  const members = membersOf(comparison.sides);
  return comparison.standings.classes.flatMap((own, number) =>
    own.isChanged ? withinOfClass(comparison, members, own, number) : [],
  );
}

function withinOfClass(
  comparison: Comparison,
  members: Members,
  own: StandingClass,
  number: number,
): Found[] {
  const { permissions, standings, times } = comparison;
  const found: Found[] = [];
  for (const [type, numbers] of permissions.types) {
    for (const { had, has, actions } of actionsAlike(comparison, own, numbers)) {
      const before = byScope(comparison, had);
      const after = byScope(comparison, has);
      const zone = zoneOfRights([...had, ...has], standings, times);
      for (const [effect, granting, refusing] of [
        ['gains', after, before],
        ['loses', before, after],
      ] as const) {
        for (const part of partsWithin(members, granting, refusing, type)) {
          const { scope, outside, spans } = part;
          const real = actions.filter(
            (action) => members.sample(scope, outside, type, action) !== undefined,
          );
          if (real.length === 0) continue;
          const when = comparison.whens.numberOf(spans, zone);
          const reach = { kind: 'within', of: JSON.stringify(outside), units: [scope] } as const;
          found.push({ effect, when, type, actions: real.sort(), classes: [number], reach });
        }
      }
    }
  }
  return found;
}

/** Actions of one type by the rights that have them, where not both policies have the same rights. */
function actionsAlike(
  { permissions, standings }: Comparison,
  own: StandingClass,
  numbers: readonly number[],
) {
  const alike = new Map<string, { had: number[]; has: number[]; actions: string[] }>();
  for (const number of numbers) {
    const may = (one: number) =>
      permissions.setOf(standings.held[one]?.permissions ?? 0).has(number);
    const [had, has] = [own.before.filter(may), own.after.filter(may)];
    const [old, now] = [had.join(), has.join()];
    if (old === now) continue;
    const action = permissions.all[number]?.action ?? '';
    const known = alike.get(`${old}|${now}`);
    if (known === undefined) alike.set(`${old}|${now}`, { had, has, actions: [action] });
    else known.actions.push(action);
  }
  return alike.values();
}

function byScope({ standings, times }: Comparison, rights: readonly number[]): ByScope {
  const found = new Map<number, Spans>();
  for (const one of rights) {
    const { scope, times: own } = standings.held[one] as (typeof standings.held)[number];
    found.set(scope, unionOf([found.get(scope) ?? [], times.spansOf(own)]));
  }
  return found;
}

/**
 * Of each scope at which one policy grants something: when the other grants it neither there nor around it, and outside of
 * which scopes, where it does. A scope around it that grants the same at the time has that in a part of its own.
 */
function partsWithin(members: Members, granting: ByScope, refusing: ByScope, type: string) {
  const parts: { scope: number; outside: readonly number[]; spans: Spans }[] = [];
  for (const [scope, granted] of granting) {
    // What one policy alone knows holds nothing that stayed where it was.
    if (!members.inBoth(scope)) continue;
    const around = members.around(scope);
    let spans = minus(granted, refusing.get(scope) ?? []);
    for (const above of around) {
      spans = minus(minus(spans, refusing.get(above) ?? []), granting.get(above) ?? []);
    }
    if (spans.length === 0) continue;
    const others = [...refusing]
      .filter(
        ([other]) =>
          other !== scope &&
          !around.includes(other) &&
          members.inBoth(other) &&
          members.meet(scope, other, type),
      )
      .sort(([a], [b]) => a - b);
    const held = others.map(([, own]) => own);
    for (const part of partsBy(spans, held)) {
      const outside = part.holding.map((index) => (others[index] as (typeof others)[number])[0]);
      const widest = outside.filter(
        (one) => !members.around(one).some((above) => outside.includes(above)),
      );
      parts.push({ scope, outside: widest, spans: part.spans });
    }
  }
  return parts;
}
