/** Rights that differ at resources which must be named, or which say that they lie where a scope has moved. */
import { aroundPositions, type Comparison, zoneOfRights } from './right-differences.js';
import type { Found } from './right-lines.js';
import { MOVES, type MovedScope, type PositionClass, type usersOfOne } from './right-positions.js';
import type { Side } from './right-scopes.js';
import { minus, type Spans, unionOf } from './right-spans.js';

/** Of held resources that lie elsewhere, exist in one policy only, or are viewed through the doors of groups. */
export function namedRights(comparison: Comparison, positions: readonly PositionClass[]): Found[] {
  const around = aroundPositions(comparison);
  return positions.flatMap(({ before, after, actions, resources }) =>
    [...resources].flatMap(([type, ids]) => {
      const counts = (action: string) =>
        !isOpeningOf(type, action) &&
        (actions === 'all' || (actions === 'view') === (action === 'view'));
      const reach = { kind: 'named', of: '', units: ids } as const;
      return around(before, after, type, counts, reach);
    }),
  );
}

/** Of what no document holds and what says that it lies at a scope which lies elsewhere, or exists in one policy only. */
export function saidRights(comparison: Comparison, moved: readonly MovedScope[]): Found[] {
  const { permissions } = comparison;
  const around = aroundPositions(comparison);
  return moved.flatMap(({ scope, before, after }) =>
    [...permissions.types.keys()].flatMap((type) => {
      const units = [JSON.stringify([scope.type, scope.id])];
      return around(before, after, type, () => true, { kind: 'said', of: '', units });
    }),
  );
}

/** Of users whom one policy alone holds: moving them to where the request says. */
export function moveRights(
  comparison: Comparison,
  { before, after }: ReturnType<typeof usersOfOne>,
): Found[] {
  const { sides, standings, permissions } = comparison;
  if (before.length + after.length === 0) return [];
  const found: Found[] = [];
  for (const number of permissions.types.get('user') ?? []) {
    const action = permissions.all[number]?.action ?? '';
    if (!MOVES.has(action)) continue;
    const may = (one: number) =>
      permissions.setOf(standings.held[one]?.permissions ?? 0).has(number);
    standings.classes.forEach((own, index) => {
      const base = { type: 'user', actions: [action], classes: [index] };
      for (const [effect, users, rights, side] of [
        ['gains', after, own.after, sides.after],
        ['loses', before, own.before, sides.before],
      ] as const) {
        if (users.length === 0) continue;
        const kind = { kind: 'into', of: JSON.stringify([...users].sort()) } as const;
        for (const { scope, when } of scopesIn(comparison, side, rights.filter(may))) {
          found.push({ ...base, effect, when, reach: { ...kind, units: [scope] } });
        }
      }
    });
  }
  return found;
}

/** `unlock` of a door and `get_access` of a stop: what is held is opened, which is another question. */
export function isOpeningOf(type: string, action: string): boolean {
  return (
    (type === 'door' && action === 'unlock') ||
    (type === 'elevator_stop' && action === 'get_access')
  );
}

/** When rights of one policy hold at their scopes, where no right above holds: where scopes lie there, not in the other. */
function scopesIn(
  { standings, times, whens }: Comparison,
  side: Side,
  rights: readonly number[],
): { readonly scope: number; readonly when: number }[] {
  const spans = new Map<number, Spans>();
  for (const one of rights) {
    const { scope, times: own } = standings.held[one] as (typeof standings.held)[number];
    spans.set(scope, unionOf([spans.get(scope) ?? [], times.spansOf(own)]));
  }
  const zone = zoneOfRights(rights, standings, times);
  return [...spans].flatMap(([scope, own]) => {
    const around = (side.positionOfScope(scope) ?? []).filter((above) => above !== scope);
    const left = around.reduce((rest, above) => minus(rest, spans.get(above) ?? []), own);
    return left.length === 0 ? [] : [{ scope, when: whens.numberOf(left, zone) }];
  });
}
