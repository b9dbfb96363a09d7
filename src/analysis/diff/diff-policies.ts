/** Who gains and who loses what between two policies, when, and under which circumstances. */

import { luxonTimeZones } from '../../checks/time/luxon-zones.js';
import { compileEngine, isEngine, snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import type { Policy } from '../../policy/document.js';
import {
  DAY_MS,
  formatInstant,
  INSTANT_END,
  parseInstant,
  type Span,
} from '../../values/instant.js';
import type { TimeZoneSource } from '../../values/time-zone.js';
import { OutOfRangeError } from '../out-of-range.js';
import { affectedBy } from './affected-changes.js';
import type { Comparison } from './comparison.js';
import { FormulaBook } from './formula.js';
import { movedCredentials } from './moved-credentials.js';
import { linesOf, Statements, sortLines } from './opening-lines.js';
import type { DiffOptions, OpeningChange, PolicyDiff, RestrictionChange } from './policy-diff.js';
import type { Problem } from './problem.js';
import { restrictionChanges } from './restriction-changes.js';
import { rightChanges } from './right-changes.js';
import { Problems } from './solve.js';
import { strayChanges } from './stray-changes.js';
import { TimeBook } from './time-book.js';

/** How documents are compiled that are not engines yet. */
export interface ComparedOptions extends DiffOptions {
  /** Where time-zone rules come from. Default: the host's Intl, through luxon. */
  readonly timeZones?: TimeZoneSource;
  /** Whether roles marked `deprecated` may be held. Default: no. */
  readonly allowDeprecatedRoles?: boolean;
}

/** A year and a day, in whole weeks: the default horizon. */
const HORIZON_MS = 53 * 7 * DAY_MS;

/**
 * Exactly what differs between two policies for requests of a span of time. Complete: a request that they decide
 * differently is covered by a line (`coveringLine`). Free of false lines: whatever a line covers they decide differently.
 * Requests about roles (`access_right` with `properties.role` or `properties.subject`, A3) are not looked at.
 * @param before - a policy document, or an engine.
 * @throws PolicyError with every issue of an invalid policy; RangeError for a span that is none or lies outside what the time
 *   zones know, and where one door or the two policies need more cases than are looked at.
 */
export function diffPolicies(
  before: Engine | Policy,
  after: Engine | Policy,
  options: ComparedOptions,
): PolicyDiff {
  // Whoever writes no types may leave the options out: the message is then about `from`.
  const asked = Object(options) as ComparedOptions;
  const engines = [engineOf(before, asked), engineOf(after, asked)] as const;
  const c = comparisonOf(engines, spanOf(engines, asked));
  const { from, until } = c.times.span;
  const { openings, restrictions } = openingsOf(c);
  return {
    from: formatInstant(from),
    until: formatInstant(until),
    revisions: [engines[0].revision, engines[1].revision],
    openings,
    rights: rightChanges(engines[0], engines[1], c.times.span),
    restrictions,
  };
}

/** What comparing two engines over a span has at hand. */
export function comparisonOf(engines: readonly [Engine, Engine], span: Span): Comparison {
  const book = new FormulaBook();
  const snapshots = [snapshotOf(engines[0]), snapshotOf(engines[1])] as const;
  return {
    engines,
    snapshots,
    book,
    times: new TimeBook(span, book),
    ...movedCredentials(snapshots),
  };
}

function openingsOf(c: Comparison): {
  openings: OpeningChange[];
  restrictions: RestrictionChange[];
} {
  const problems = new Problems(c);
  const statements = new Statements(c);
  const differing: Problem[] = [];
  for (const pair of affectedBy(c).pairs()) {
    const problem = problems.problemOf(pair);
    if (problem === undefined) continue;
    const solution = problems.solutionOf(problem);
    if (solution.boxes.gains.length + solution.boxes.loses.length === 0) continue;
    statements.add(problem, solution);
    differing.push(problem);
  }
  const lines = statements.all().flatMap((statement) => linesOf(c, problems, statement));
  const openings = sortLines([...lines, ...strayChanges(c, problems)]);
  return { openings, restrictions: restrictionChanges(c, problems, differing) };
}

function engineOf(policy: Engine | Policy, options: ComparedOptions): Engine {
  if (isEngine(policy)) return policy;
  const { timeZones = luxonTimeZones, allowDeprecatedRoles = false } = options;
  return compileEngine(policy, { timeZones, allowDeprecatedRoles });
}

function spanOf(engines: readonly [Engine, Engine], options: DiffOptions): Span {
  const from = instantOf('from', options.from);
  const known = engines.map((engine) => snapshotOf(engine).zones);
  const until =
    options.until === undefined
      ? Math.min(from + HORIZON_MS, INSTANT_END - 1)
      : instantOf('until', options.until);
  if (from >= until)
    throw new OutOfRangeError(`\`until\` is not after \`from\`: \`${options.until}\``);
  if (known.some((zones) => from < zones.from || until > zones.until)) {
    throw new OutOfRangeError('a span outside what the time-zone source knows');
  }
  return { from, until };
}

function instantOf(name: string, text: unknown): number {
  const instant = typeof text === 'string' ? parseInstant(text) : Number.NaN;
  if (Number.isNaN(instant))
    throw new TypeError(`\`${name}\` is no RFC 3339 date-time with an offset`);
  return instant;
}
