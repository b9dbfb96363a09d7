/**
 * Credentials that only one policy holds. Whoever else names one as `device` is refused by the policy that knows it as
 * somebody's, and not by the other: one line for each and for either action, since it is about everybody and everything.
 */

import { compareText } from '../../engine/findings.js';
import type { AccessRequest } from '../../engine/request.js';
import { values } from '../../engine/table.js';
import { whenOf } from '../week-pattern.js';
import { reachOf } from './affected.js';
import {
  actionOf,
  type Comparison,
  type Pair,
  type Portal,
  portalOf,
  type Stray,
  subjectOf,
} from './comparison.js';
import { factKey, passesTest } from './fact-tests.js';
import type { FactValue } from './fact-value.js';
import type { OpeningChange } from './policy-diff.js';
import { KINDS } from './problem.js';
import type { Problems } from './solve.js';
import { spansIn } from './time-book.js';
import { requestWith, witnessOf } from './witness.js';

/** Lines about what everybody else gains or loses by naming such a credential. */
export function strayChanges(c: Comparison, problems: Problems): OpeningChange[] {
  const found = new Map<string, Pair[]>();
  return [...c.strays.values()].flatMap((stray) =>
    (['door', 'elevator_stop'] as const).flatMap((type) => {
      // Whom one credential tells from everybody, the next one mostly does too.
      const key = `${stray.side} ${type}`;
      const known = found.get(key) ?? [];
      found.set(key, known);
      for (const pair of withKnown(known, strangersOf(c, stray, type))) {
        const request = strangeRequest(c, problems, pair, stray);
        if (request === undefined) continue;
        if (!known.includes(pair)) known.push(pair);
        return [lineOf(c, stray, type, request)];
      }
      return [];
    }),
  );
}

function effectOf({ side }: Stray): 'gains' | 'loses' {
  return side === 1 ? 'loses' : 'gains';
}

function lineOf(
  c: Comparison,
  stray: Stray,
  type: Portal['type'],
  request: AccessRequest,
): OpeningChange {
  const { id, user } = stray.credential;
  const effect = effectOf(stray);
  const label = `naming credential \`${id}\` of user \`${user}\``;
  return {
    kind: 'opening',
    effect,
    subjects: { named: [], others: false, everybodyElse: true },
    action: actionOf({ type }),
    resources: [{ type, id: '*' }],
    circumstances: [
      { fact: 'device', values: [{ key: `device=${id}`, label, facts: { device: id } }] },
    ],
    when: whenOf([c.times.span], c.times.span, undefined),
    witness: witnessOf(c, effect, request),
  };
}

function* withKnown(known: readonly Pair[], all: Iterable<Pair>): Generator<Pair> {
  yield* [...known];
  yield* all;
}

/** Everybody but its user wherever something is held in the policy that does not hold the credential. */
function* strangersOf(c: Comparison, stray: Stray, type: Portal['type']): Generator<Pair> {
  const s = c.snapshots[stray.side === 0 ? 1 : 0];
  if ((type === 'door' ? s.tables.doors : s.tables.stops).size === 0) return;
  const holders = [...values(s.tables.users), ...values(s.tables.links)];
  holders.sort((a, b) => compareText(a.id, b.id) || compareText(a.kind, b.kind));
  for (const holder of holders) {
    const subject = subjectOf(c, { type: holder.kind, id: holder.id });
    const doors = [...reachOf(s, holder)].filter((record) => record.type === type);
    for (const { id } of doors.sort((a, b) => compareText(a.id, b.id))) {
      const portal = portalOf(c, type, id);
      if (portal !== undefined) yield { subject, portal };
    }
  }
}

/** A request at a door that one policy alone refuses because the device named is somebody else's. */
function strangeRequest(
  c: Comparison,
  problems: Problems,
  pair: Pair,
  stray: Stray,
): AccessRequest | undefined {
  const { id, user } = stray.credential;
  const { subject } = pair;
  const problem = subject.key === `user:${user}` ? undefined : problems.problemOf(pair);
  if (problem === undefined) return undefined;
  const level = KINDS.indexOf('device');
  const asked = { subject: subject.entity, facts: { device: id }, time: c.times.span.from };
  const key = factKey(problem.tests.get('device') ?? [], (test) =>
    passesTest(c, pair, problem.fences, 'device', test, asked),
  );
  const own = problem.values[level]?.findIndex((value) => value.key === key) ?? -1;
  const { states, strange } = problems.solutionOf(problem);
  const box = strange[effectOf(stray)].find(
    (each) => each.values[level]?.includes(own) ?? own >= 0,
  );
  const [span] = box === undefined ? [] : spansIn(states, box.times);
  if (box === undefined || span === undefined) return undefined;
  const chosen = box.values.map((numbers, at) => {
    const values = problem.values[at] ?? [];
    return values[at === level ? own : (numbers?.[0] ?? 0)] as FactValue;
  });
  const request = requestWith(c, problem, chosen, span.from);
  return { ...request, context: { ...request.context, device: id } };
}
