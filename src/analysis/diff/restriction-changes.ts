/** Restrictions and lockdowns that begin or cease to refuse somebody. */
import { sameValue } from '../../admin/same-value.js';
import type { ReasonCode } from '../../engine/decision.js';
import { compareText } from '../../engine/findings.js';
import { holdingsOf } from '../../engine/holding.js';
import type { Entity } from '../../engine/request.js';
import { GROUP, scopeCode } from '../../engine/scope-code.js';
import type { Snapshot } from '../../engine/snapshot.js';
import { find, type Table, values } from '../../engine/table.js';
import type { Lockdown, Restrictions } from '../../policy/document.js';
import { RESTRICTION_LOOKS_MAX } from '../../values/limits.js';
import { type Comparison, type Pair, SIDES } from './comparison.js';
import type { FactValue } from './fact-value.js';
import type { Effect, RestrictionChange, Witness } from './policy-diff.js';
import type { Problem } from './problem.js';
import type { Problems } from './solve.js';
import { spansIn } from './time-book.js';
import { requestWith, witnessOf } from './witness.js';

/** The code by which each restriction refuses. */
const CODES: Readonly<Record<keyof Restrictions, ReasonCode>> = {
  geofence: 'geofence',
  reader: 'reader',
  schedule: 'schedule',
  primaryDevice: 'primary_device',
  secondFactor: 'second_factor',
  appAccess: 'app_access',
  occupancyLimit: 'occupancy_limit',
  antiPassback: 'anti_passback',
  twoPerson: 'two_person',
};

type Change = Omit<RestrictionChange, 'witness' | 'kind'>;

/** The restrictions that changed and by which a request is answered differently, with such a request. Sorted. */
export function restrictionChanges(
  c: Comparison,
  problems: Problems,
  differing: readonly Problem[],
): RestrictionChange[] {
  const wanted = new Map(
    structuralChanges(c).map((change) => [nameOf(change.at, codeOf(change)), change]),
  );
  const found = new Map<string, RestrictionChange>();
  const looked = new Set<string>();
  for (const problem of differing) {
    const open = [...wanted].filter(
      ([name, { at }]) => !found.has(name) && concerns(c, at, problem.pair),
    );
    // Who has the same problem with the same elements is refused by the same.
    const key = JSON.stringify([problem.key, ...open.map(([name]) => name)]);
    if (open.length === 0 || looked.has(key)) continue;
    looked.add(key);
    for (const { effect, witness } of witnessesOf(c, problems, problem)) {
      const refused = effect === 'loses' ? witness.after : witness.before;
      for (const { code, at } of refused.context.reasons) {
        const name = nameOf(at, code);
        const change = wanted.get(name);
        if (change === undefined || found.has(name) || !refusesThen(change, effect)) continue;
        found.set(name, { kind: 'restriction', ...change, witness });
      }
    }
  }
  return [...found.entries()].sort(([a], [b]) => compareText(a, b)).map(([, change]) => change);
}

/** Whether a restriction of an element can refuse somebody at a door. */
function concerns(c: Comparison, at: Entity, { portal, subject }: Pair): boolean {
  if (at.type === portal.type) return at.id === portal.id;
  return SIDES.some((side) => {
    const [s, record, holder] = [c.snapshots[side], portal.records[side], subject.holders[side]];
    const { tables } = s;
    if (record === undefined || at.type === 'lockdown') return record !== undefined;
    if (at.type === 'place') return find(tables.places, at.id)?.number === record.place;
    const group = find(tables.groups, at.id)?.number ?? -1;
    if (holder === undefined || !record.groups.includes(group)) return false;
    const scope = scopeCode(GROUP, group);
    return holdingsOf(s, holder).some((holding) => holding.scope === scope);
  });
}

/** What appears refuses afterwards, what vanishes before. */
function refusesThen({ change }: Change, effect: Effect): boolean {
  return change === 'changes' || (change === 'appears') === (effect === 'loses');
}

function codeOf({ restriction }: Change): ReasonCode {
  return restriction === 'lockdown' ? 'lockdown' : CODES[restriction];
}

function nameOf(at: { readonly type: string; readonly id: string }, code: ReasonCode): string {
  return `${at.type} ${at.id} ${code}`;
}

/** Every restriction and lockdown that the two policies write differently. */
function structuralChanges(c: Comparison): Change[] {
  const [before, after] = c.snapshots;
  const found: Change[] = [];
  const [was, is] = [restricting(before), restricting(after)];
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const [one, other] = [was.get(key), is.get(key)];
    const at = (one ?? other)?.at as Entity;
    for (const restriction of Object.keys(CODES) as (keyof Restrictions)[]) {
      const change = changeOf(one?.restrictions[restriction], other?.restrictions[restriction]);
      if (change !== undefined) found.push({ at, restriction, ...change });
    }
  }
  const [locked, unlocked] = [lockdownsOf(before), lockdownsOf(after)];
  for (const id of new Set([...locked.keys(), ...unlocked.keys()])) {
    const change = changeOf(locked.get(id), unlocked.get(id));
    if (change !== undefined)
      found.push({ at: { type: 'lockdown', id }, restriction: 'lockdown', ...change });
  }
  return found;
}

function changeOf(
  before: unknown,
  after: unknown,
): Pick<Change, 'change' | 'before' | 'after'> | undefined {
  if (sameValue(before, after)) return undefined;
  if (before === undefined) return { change: 'appears', after };
  return after === undefined
    ? { change: 'vanishes', before }
    : { change: 'changes', before, after };
}

/** Whatever restricts, by type and id. */
function restricting({
  tables,
}: Snapshot): Map<string, { at: Entity; restrictions: Restrictions }> {
  const found = new Map<string, { at: Entity; restrictions: Restrictions }>();
  const add = (
    type: string,
    table: Table<{
      readonly document: { readonly id: string; readonly restrictions?: Restrictions | undefined };
    }>,
  ) => {
    for (const { document } of values(table)) {
      const { id, restrictions } = document;
      if (restrictions !== undefined)
        found.set(`${type} ${id}`, { at: { type, id }, restrictions });
    }
  };
  add('place', tables.places);
  add('door', tables.doors);
  add('elevator_stop', tables.stops);
  add('group', tables.groups);
  return found;
}

/** By id, the roles of each in order: their order in the document says nothing. */
function lockdownsOf({ tables }: Snapshot): Map<string, Lockdown> {
  const found = new Map<string, Lockdown>();
  for (const lockdown of values(tables.lockdowns)) {
    const { exempt, id } = lockdown;
    found.set(id, exempt === undefined ? lockdown : { ...lockdown, exempt: [...exempt].sort() });
  }
  return found;
}

/** A request for each value of each kind of fact in each box, the others as they come first. */
function* witnessesOf(
  c: Comparison,
  problems: Problems,
  problem: Problem,
): Generator<{ effect: Effect; witness: Witness }> {
  const { states, boxes } = problems.solutionOf(problem);
  for (const effect of ['gains', 'loses'] as const) {
    for (const box of boxes[effect]) {
      const numbers = box.values.map(
        (own, level) => own ?? (problem.values[level] ?? []).map((_, number) => number),
      );
      for (const { from } of spansIn(states, box.times).slice(0, RESTRICTION_LOOKS_MAX)) {
        const first = numbers.map(([number = 0]) => number);
        const tried = [
          first,
          ...numbers.flatMap((own, level) =>
            own.slice(1).map((number) => first.map((other, at) => (at === level ? number : other))),
          ),
        ];
        for (const point of tried) {
          const chosen = point.map((number, level) => problem.values[level]?.[number] as FactValue);
          yield { effect, witness: witnessOf(c, effect, requestWith(c, problem, chosen, from)) };
        }
      }
    }
  }
}
