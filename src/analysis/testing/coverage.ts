/** How much of a policy its tests use. */
import { readTime } from '../../engine/ask.js';
import { snapshotOf } from '../../engine/compile.js';
import type { Decision } from '../../engine/decision.js';
import type { Engine } from '../../engine/engine.js';
import type { AccessRequest } from '../../engine/request.js';
import type { Policy } from '../../policy/document.js';
import {
  COVERAGE_KINDS,
  type CoverageKind,
  type PointOfUse,
  pointsOfUse,
} from './coverage-points.js';
import { markUses } from './coverage-uses.js';

/**
 * One way in which a part of the policy can turn out, and whether a test saw it. A right is `tried` and `counted` (permitted),
 * a restriction `holds` and `refuses`, a schedule and an unlock are `open` and `closed`, a lockdown `refuses`, a role
 * is `counted`. Decisions are looked at, lists are not.
 */
export interface CoveragePoint extends PointOfUse {
  readonly seen: boolean;
}

/** How much of a policy was used. */
export interface PolicyCoverage {
  /** In the order of the document, kind after kind. */
  readonly points: readonly CoveragePoint[];
  /** Seen in a hundred points, rounded down to a tenth; 100 where there is nothing to see. */
  readonly percent: number;
  readonly kinds: readonly {
    readonly kind: CoverageKind;
    readonly points: number;
    readonly seen: number;
  }[];
}

/** Counts while tests run. */
export interface CoverageCount {
  /** One question and its answer, which must be this engine's. */
  add(request: AccessRequest, answer: Decision): void;
  report(): PolicyCoverage;
}

/** A count of what questions to an engine use of its policy. */
export function countCoverage(engine: Engine): CoverageCount {
  const s = snapshotOf(engine);
  const seen = new Set<string>();
  const mark = (key: string): void => {
    seen.add(key);
  };
  return {
    add: (request, answer) =>
      markUses(s, request, readTime(request.context, s.zones), answer, mark),
    report: () => coverageOf(pointsOf(engine.policy).map((point) => seenOf(point, seen))),
  };
}

function seenOf(point: PointOfUse, seen: ReadonlySet<string>): CoveragePoint {
  const { kind, pointer, element, use, key } = point;
  return { kind, pointer, element, use, key, seen: seen.has(key) };
}

/** A memo, because several files of tests ask one policy: a frozen policy has the same points for ever. */
const POINTS = new WeakMap<Policy, readonly PointOfUse[]>();

function pointsOf(policy: Policy): readonly PointOfUse[] {
  let points = POINTS.get(policy);
  if (points === undefined) {
    points = pointsOfUse(policy);
    POINTS.set(policy, points);
  }
  return points;
}

/** What several runs against one policy used together. @throws TypeError for those of different policies. */
export function mergeCoverage(parts: readonly PolicyCoverage[]): PolicyCoverage {
  const [first, ...others] = parts;
  if (first === undefined) return coverageOf([]);
  for (const { points } of others) {
    const isSame = points.every(({ key }, index) => key === first.points[index]?.key);
    if (points.length !== first.points.length || !isSame) {
      throw new TypeError('coverage of different policies cannot be merged');
    }
  }
  return coverageOf(
    first.points.map((point, index) => ({
      ...point,
      seen: parts.some(({ points }) => points[index]?.seen === true),
    })),
  );
}

function coverageOf(points: readonly CoveragePoint[]): PolicyCoverage {
  const counts = new Map(COVERAGE_KINDS.map((kind) => [kind, { kind, points: 0, seen: 0 }]));
  let total = 0;
  for (const { kind, seen } of points) {
    const count = counts.get(kind);
    if (count === undefined) continue;
    count.points++;
    if (!seen) continue;
    count.seen++;
    total++;
  }
  const percent = points.length === 0 ? 100 : Math.floor((1000 * total) / points.length) / 10;
  return { points, percent, kinds: [...counts.values()] };
}
