/** From what differs for one person at one door to lines about many of both. */
import type { Zone } from '../../checks/time/zone.js';
import { readInstant } from '../../engine/ask.js';
import { compareText } from '../../engine/findings.js';
import type { AccessRequest, Entity } from '../../engine/request.js';
import { zoneAt } from '../../engine/snapshot.js';
import type { Span } from '../../values/instant.js';
import { whenOf } from '../week-pattern.js';
import type { When } from '../when.js';
import { actionOf, type Comparison, type Pair, SIDES } from './comparison.js';
import type { FactValue } from './fact-value.js';
import type { Circumstance, Effect, OpeningChange } from './policy-diff.js';
import { KINDS, type Problem } from './problem.js';
import type { Problems, Solution } from './solve.js';
import { spansIn } from './time-book.js';
import { factsOf, requestWith, witnessOf } from './witness.js';

/** One box of circumstances and times, and everybody to whom it applies. */
export interface Statement {
  readonly effect: Effect;
  /** Of each kind as `KINDS` the keys of values; undefined for all. */
  readonly keys: readonly (readonly string[] | undefined)[];
  readonly spans: readonly Span[];
  readonly zone: Zone | undefined;
  readonly pairs: readonly Pair[];
}

/** Statements, each once; pairs that say the same are gathered. */
export class Statements {
  readonly #c: Comparison;
  readonly #found = new Map<string, Statement & { pairs: Pair[] }>();
  readonly #said = new Map<string, readonly (Statement & { pairs: Pair[] })[]>();

  constructor(c: Comparison) {
    this.#c = c;
  }

  /** Notes where a problem's solution says that the policies differ. */
  add(problem: Problem, solution: Solution): void {
    const { pair } = problem;
    const zone = zoneOfPair(this.#c, pair);
    // Whoever has the same problem in the same zone says the same.
    const of = `${pair.portal.type} ${zone?.name} ${problem.key}`;
    let said = this.#said.get(of);
    if (said === undefined) {
      said = this.#statementsOf(problem, solution, zone);
      this.#said.set(of, said);
    }
    for (const statement of said) statement.pairs.push(pair);
  }

  /** Everything noted. */
  all(): readonly Statement[] {
    return [...this.#found.values()];
  }

  #statementsOf({ pair, values }: Problem, { states, boxes }: Solution, zone: Zone | undefined) {
    return (['gains', 'loses'] as const).flatMap((effect) =>
      boxes[effect].map((box) => {
        const keys = box.values.map((own, level) =>
          own?.map((number) => values[level]?.[number]?.key ?? '').sort(),
        );
        const spans = spansIn(states, box.times);
        const text = spans.map(({ from, until }) => `${from}-${until}`).join();
        const zoneName = zone?.name ?? null;
        const of = JSON.stringify([effect, actionOf(pair.portal), keys, text, zoneName]);
        const known = this.#found.get(of) ?? { effect, keys, spans, zone, pairs: [] };
        this.#found.set(of, known);
        return known;
      }),
    );
  }
}

/** The lines of a statement: as few products of people and doors as come out. Each has been held against both engines. */
export function linesOf(c: Comparison, problems: Problems, statement: Statement): OpeningChange[] {
  const byPerson = products(
    statement.pairs,
    ({ subject }) => subject.key,
    ({ portal }) => portal.key,
  );
  const byDoor = products(
    statement.pairs,
    ({ portal }) => portal.key,
    ({ subject }) => subject.key,
  );
  const fewer = byPerson.length <= byDoor.length ? byPerson : byDoor;
  const when = whenOf(statement.spans, c.times.span, statement.zone);
  return fewer.map((pairs) => lineOf(c, problems, statement, pairs, when));
}

/** Lines in an order that depends on what they say alone. */
export function sortLines<T extends { readonly effect: Effect }>(lines: readonly T[]): T[] {
  const keyed = lines.map((line) => ({ line, key: JSON.stringify(line) }));
  return keyed
    .sort((a, b) => compareText(a.line.effect, b.line.effect) || compareText(a.key, b.key))
    .map(({ line }) => line);
}

/** Pairs grouped so that within a group everybody goes with every door. */
function products(
  pairs: readonly Pair[],
  of: (pair: Pair) => string,
  with_: (pair: Pair) => string,
): Pair[][] {
  const own = new Map<string, Map<string, Pair>>();
  for (const pair of pairs) {
    const known = own.get(of(pair));
    if (known === undefined) own.set(of(pair), new Map([[with_(pair), pair]]));
    else known.set(with_(pair), pair);
  }
  const groups = new Map<string, Pair[]>();
  for (const others of own.values()) {
    const key = JSON.stringify([...others.keys()].sort());
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [...others.values()]);
    else known.push(...others.values());
  }
  return [...groups.values()];
}

function lineOf(
  c: Comparison,
  problems: Problems,
  { effect, keys, spans }: Statement,
  pairs: readonly Pair[],
  when: When,
): OpeningChange {
  const sorted = [...pairs].sort(
    (a, b) =>
      Number(a.subject.others) - Number(b.subject.others) ||
      compareText(a.subject.key, b.subject.key) ||
      compareText(a.portal.id, b.portal.id),
  );
  const pair = sorted[0] as Pair;
  const problem = problems.problemOf(pair);
  const time = spans[0]?.from;
  if (problem === undefined || time === undefined) throw new Error('a line without a problem');
  const chosen = KINDS.map((_, level) => valuesFor(problem, level, keys[level]));
  const request = requestWith(
    c,
    problem,
    chosen.map(([first]) => first as FactValue),
    time,
  );
  const circumstances = circumstancesOf(c, problem, keys, request);
  const people = unique(
    sorted.map(({ subject }) => subject),
    (each) => each.key,
  );
  const doors = unique(
    sorted.map(({ portal }) => portal),
    (each) => each.key,
  );
  return {
    kind: 'opening',
    effect,
    subjects: {
      named: people
        .filter(({ others }) => !others)
        .map(({ entity }) => entity)
        .sort(byName),
      others: people.some(({ others }) => others),
    },
    action: actionOf(pair.portal),
    resources: doors.map(({ type, id }) => ({ type, id })).sort(byName),
    circumstances,
    when,
    witness: witnessOf(c, effect, request),
  };
}

/** What a statement depends on, with facts for this problem at the time of a request. */
function circumstancesOf(
  c: Comparison,
  problem: Problem,
  keys: Statement['keys'],
  { context }: AccessRequest,
): Circumstance[] {
  const { time, ...facts } = context;
  return KINDS.flatMap((fact, level) => {
    if (keys[level] === undefined) return [];
    const values = valuesFor(problem, level, keys[level]).map((value) => {
      const own = factsOf(c, problem, fact, value, readInstant(time), facts);
      return { key: value.key, label: value.label, facts: own };
    });
    return [{ fact, values }];
  });
}

/** The values with some keys in the order in which the most natural is the first; all of them where none are asked for. */
function valuesFor(
  problem: Problem,
  level: number,
  keys: readonly string[] | undefined,
): readonly FactValue[] {
  const values = problem.values[level] ?? [];
  const found = keys === undefined ? values : values.filter(({ key }) => keys.includes(key));
  if (found.length === 0) throw new Error(`no value of ${KINDS[level]}`);
  return found;
}

/** The zone at the door, as it is afterwards if it still is. */
function zoneOfPair(c: Comparison, { portal }: Pair): Zone | undefined {
  const side = portal.records[1] === undefined ? SIDES[0] : SIDES[1];
  return zoneAt(c.snapshots[side as 0 | 1], portal.records[side as 0 | 1]?.place ?? -1);
}

function byName(a: Entity, b: Entity): number {
  return compareText(a.type, b.type) || compareText(a.id, b.id);
}

function unique<T>(list: readonly T[], key: (each: T) => string): T[] {
  return [...new Map(list.map((each) => [key(each), each])).values()];
}
