/**
 * One role for many people at many doors: which of it may be given, told before anything is (KIWI marks the
 * doors red), and the plan that gives it.
 */
import { snapshotOf } from '../../engine/compile.js';
import type { Assignment, Validity } from '../../policy/document.js';
import type { Outcome } from '../../values/outcome.js';
import { type BulkRefusal, refusalsOf } from './bulk-verdict.js';
import { type Existing, mayGive, meetExisting } from './existing.js';
import type { Draft, Planning } from './planning.js';

/** What a bulk grant is planned with. */
export type BulkPlanning = Pick<Planning, 'engine' | 'actor' | 'time' | 'newId'>;

/** Everybody gets the role at every scope. */
export interface BulkGrantOrder {
  readonly subjects: readonly Assignment['subject'][];
  readonly scopes: readonly Assignment['scope'][];
  readonly role: string;
  readonly validity?: Validity;
  /** What becomes of rights that are there already. Default `keep`. */
  readonly existing?: Exclude<Existing, 'refuse'>;
}

/** One subject at one scope. */
export interface BulkPair {
  readonly subject: Assignment['subject'];
  readonly scope: Assignment['scope'];
}

/** What would become of one subject at one scope, or why nothing. */
export interface BulkCell extends BulkPair {
  readonly verdict: 'grant' | 'replace' | 'keep' | 'refuse';
  /** The right that is there already. */
  readonly assignment?: string;
  /** Of `refuse`. */
  readonly code?: BulkRefusal['code'];
  readonly detail?: string;
}

/** How many of the pairs are granted, replaced, kept and refused. */
export type BulkCounts = { readonly [V in BulkCell['verdict']]: number };

/** A bulk grant looked at before it is made. */
export interface BulkAssessment {
  /** One for each subject and scope, each once, by scope and then by subject as ordered. */
  readonly cells: readonly BulkCell[];
  readonly counts: BulkCounts;
  /** The scopes at which something is refused: the red doors. */
  readonly refusedScopes: readonly Assignment['scope'][];
  /** Whoever is refused something. */
  readonly refusedSubjects: readonly Assignment['subject'][];
}

/** Pairs of one bulk grant: a hundred doors for ten thousand people, or the other way round. */
export const BULK_PAIRS_MAX = 1_000_000;

/** Each subject at each scope, each once, scope by scope. @throws RangeError for more than BULK_PAIRS_MAX. */
export function pairsOf({ subjects, scopes }: BulkGrantOrder): BulkPair[] {
  const everybody = distinct(subjects);
  const everywhere = distinct(scopes);
  const count = everybody.length * everywhere.length;
  if (count > BULK_PAIRS_MAX) {
    throw new RangeError(`more than ${BULK_PAIRS_MAX} rights at once \`${count}\``);
  }
  return everywhere.flatMap((scope) => everybody.map((subject) => ({ subject, scope })));
}

/**
 * What would become of a bulk grant by this actor now, pair by pair: exactly what `authorizeChange` says of each
 * alone. Nothing is changed. What is kept is told to whoever may give rights there at all.
 */
export function assessBulkGrant(p: BulkPlanning, order: BulkGrantOrder): BulkAssessment {
  return assessmentOf(assessPairs(p, order, pairsOf(order)));
}

/** As {@link assessBulkGrant}, of some pairs of an order: for hosts that look at many of them piece by piece. */
export function assessPairs(
  p: BulkPlanning,
  order: BulkGrantOrder,
  pairs: readonly BulkPair[],
): BulkCell[] {
  return prepare(p, order, pairs).map(({ cell }) => cell);
}

/** What some cells come to. */
export function assessmentOf(cells: readonly BulkCell[]): BulkAssessment {
  const refused = cells.filter(({ verdict }) => verdict === 'refuse');
  return {
    cells,
    counts: countsOf(cells),
    refusedScopes: distinct(refused.map(({ scope }) => scope)),
    refusedSubjects: distinct(refused.map(({ subject }) => subject)),
  };
}

/**
 * The plan that gives the role to these pairs of an order, judged anew.
 * @param refused - `skip` leaves out what may not be given; `stop` gives nothing then, code `some_refused`.
 */
export function planBulkGrant(
  p: BulkPlanning,
  order: BulkGrantOrder,
  pairs: readonly BulkPair[],
  refused: 'skip' | 'stop',
): Outcome<Draft<readonly BulkCell[]>, 'some_refused'> {
  const prepared = prepare(p, order, pairs);
  const cells = prepared.map(({ cell }) => cell);
  const { refuse } = countsOf(cells);
  if (refused === 'stop' && refuse > 0) {
    const detail = `${refuse} of ${cells.length} may not be granted`;
    return { ok: false, code: 'some_refused', detail };
  }
  const assignments = prepared.flatMap(({ cell, wanted }) =>
    cell.verdict === 'refuse' || wanted === undefined ? [] : [wanted],
  );
  const changes = assignments.length === 0 ? {} : { changes: { put: { assignments } } };
  return { ok: true, value: { ...changes, value: cells } };
}

/** How many cells there are of each verdict. */
function countsOf(cells: readonly BulkCell[]): BulkCounts {
  const counts = { grant: 0, replace: 0, keep: 0, refuse: 0 };
  for (const { verdict } of cells) counts[verdict]++;
  return counts;
}

/** The roles an actor may give at a scope at all: what to choose from where a door is red. */
export function grantableRoles(
  { engine, actor, time }: Pick<Planning, 'engine' | 'actor' | 'time'>,
  scope: Assignment['scope'],
): string[] {
  const { roles } = snapshotOf(engine).model;
  return roles
    .filter(({ id: role }) =>
      engine.check({
        subject: { type: 'user', id: actor },
        action: { name: 'create' },
        resource: { type: 'access_right', id: '*', properties: { scope, role } },
        context: { time },
      }),
    )
    .map(({ id }) => id);
}

/** A cell, and the right it would write. */
interface Prepared {
  readonly cell: BulkCell;
  readonly wanted: Assignment | undefined;
}

function prepare(p: BulkPlanning, order: BulkGrantOrder, pairs: readonly BulkPair[]): Prepared[] {
  const { role, validity, existing = 'keep' } = order;
  const prepared = pairs.map(({ subject, scope }): Prepared => {
    const met = meetExisting(p.engine, { subject, role, scope, validity }, existing);
    if (met.kind === 'keep' || met.kind === 'refuse') {
      return { cell: keptCell(p, { subject, scope }, met.assignment), wanted: undefined };
    }
    const there = met.kind === 'replace' ? { assignment: met.assignment } : {};
    const wanted: Assignment = {
      id: there.assignment ?? p.newId(),
      subject: { type: subject.type, id: subject.id },
      role,
      scope: { type: scope.type, id: scope.id },
      ...(validity === undefined ? {} : { validity }),
      grantedBy: p.actor,
    };
    return { cell: { subject, scope, verdict: met.kind, ...there }, wanted };
  });
  const refusals = refusalsOf(
    p,
    prepared.flatMap(({ wanted }) => wanted ?? []),
  );
  return prepared.map(({ cell, wanted }) => {
    const refusal = wanted === undefined ? undefined : refusals.get(wanted.id);
    return refusal === undefined
      ? { cell, wanted }
      : { cell: { ...cell, verdict: 'refuse', ...refusal }, wanted };
  });
}

/** What stays as it is; of that nobody is told who may not give rights there at all. */
function keptCell(p: BulkPlanning, pair: BulkPair, assignment: string): BulkCell {
  if (mayGive(p, pair)) return { ...pair, verdict: 'keep', assignment };
  const detail = `no_access_right at ${pair.scope.type} \`${pair.scope.id}\``;
  return { ...pair, verdict: 'refuse', code: 'no_access_right', detail };
}

function distinct<T extends { readonly type: string; readonly id: string }>(
  all: readonly T[],
): T[] {
  return [...new Map(all.map((each) => [`${each.type} ${each.id}`, each])).values()];
}
