/** What the project set out to reach, each computed from the tables of one run. */

import { analysisTargets } from './analysis-targets.js';
import { distributionTargets } from './distribution/targets.js';
import { serveTargets } from './serve/targets.js';
import { storeTargets } from './store-targets.js';
import { figure, type Row, type Table } from './table.js';
import { BUILD_ROWS } from './tasks/build.js';
import { ISSUE_ROWS } from './tasks/offline-issue.js';
import { SESSION_ROWS } from './tasks/offline-session.js';
import { OFFLINE_SIZE_ROWS } from './tasks/offline-size.js';
import { VERIFY_ROWS } from './tasks/offline-verify.js';
import { SIZE_ROWS } from './tasks/size.js';
import { WORLD_NAMES } from './worlds.js';

const MAPS = 'by hand, Map and Set';
const ARRAYS = 'by hand, typed arrays';
const CHECK = 'doorwright check';
const DECIDE = 'doorwright decide';
const EXPLAIN = 'doorwright explain';
/** With the zone shared: a site's schedules mostly have one, compiled once. */
const COMPILED_RICH = 'windows, recurrences, holidays, exceptions, zone shared';

/** One aim: `reached` is undefined when what it needs was not measured. */
export interface Target {
  readonly aim: string;
  readonly limit: number;
  readonly unit: 'times' | 'µs' | 'ms' | 's' | 'bytes' | 'kB' | 'MB';
  readonly reached: number | undefined;
}

/**
 * The table of aims met and missed. With the tables of an earlier run beside it, shows what that reached.
 * Aims whose tables were not measured are left out.
 */
export function targetsTable(tables: readonly Table[], before: readonly Table[]): Table {
  const earlier = new Map(targetsOf(before).map((target) => [target.aim, target.reached]));
  const rows = targetsOf(tables).flatMap((target): Row[] => {
    if (target.reached === undefined) return [];
    const was = earlier.get(target.aim);
    return [
      {
        aim: target.aim,
        limit: text(target.limit, target.unit),
        reached: text(target.reached, target.unit),
        met: target.reached <= target.limit ? 'met' : 'MISSED',
        baseline: was === undefined ? '–' : text(was, target.unit),
      },
    ];
  });
  return {
    id: 'targets',
    title: 'Aims',
    columns: [
      { key: 'aim', title: 'aim', unit: 'text' },
      { key: 'limit', title: 'at most', unit: 'text' },
      { key: 'reached', title: 'reached', unit: 'text' },
      { key: 'met', title: 'verdict', unit: 'text' },
      { key: 'baseline', title: 'baseline', unit: 'text' },
    ],
    rows,
    notes: [],
  };
}

function targetsOf(tables: readonly Table[]): Target[] {
  return [
    ...decisionTargets(tables),
    ...growthTarget(tables),
    ...scheduleTargets(tables),
    ...siteTargets(tables),
    ...offlineTargets(tables),
    ...storeTargets(tables),
    ...analysisTargets(tables),
    ...serveTargets(tables),
    ...distributionTargets(tables),
  ];
}

function decisionTargets(tables: readonly Table[]): Target[] {
  return WORLD_NAMES.flatMap((world): Target[] => {
    const median = (row: string): number | undefined =>
      figure(tables, `decisions-${world}`, row, 'median');
    const check = median(CHECK);
    const p99 = figure(tables, `decisions-${world}`, CHECK, 'p99');
    return [
      {
        aim: `${world}: check ÷ Map and Set`,
        limit: world === 'S' ? 1.5 : 1,
        unit: 'times',
        reached: ratio(check, median(MAPS)),
      },
      {
        aim: `${world}: check ÷ typed arrays`,
        limit: 2.5,
        unit: 'times',
        reached: ratio(check, median(ARRAYS)),
      },
      { aim: `${world}: check, p99`, limit: 8, unit: 'µs', reached: scaled(p99, 1000) },
      {
        aim: `${world}: decide, against 5 × check + 0.5 µs`,
        limit: 1,
        unit: 'times',
        reached: check === undefined ? undefined : ratio(median(DECIDE), 5 * check + 500),
      },
      {
        aim: `${world}: explain ÷ check`,
        limit: 30,
        unit: 'times',
        reached: ratio(median(EXPLAIN), check),
      },
    ];
  });
}

function growthTarget(tables: readonly Table[]): Target[] {
  const growth = (row: string): number | undefined =>
    ratio(
      figure(tables, 'decisions-L', row, 'median'),
      figure(tables, 'decisions-S', row, 'median'),
    );
  return [
    {
      aim: 'growth of check from S to L ÷ growth of typed arrays',
      limit: 1.2,
      unit: 'times',
      reached: ratio(growth(CHECK), growth(ARRAYS)),
    },
  ];
}

function scheduleTargets(tables: readonly Table[]): Target[] {
  return [
    ...['schedule-year', 'schedule-week'].map(
      (id): Target => ({
        aim: `${id}: schedule test ÷ weekly bitmap`,
        limit: 2,
        unit: 'times',
        reached: figure(tables, id, 'doorwright schedule', 'toBitmap'),
      }),
    ),
    ...['weekly windows, zone shared', COMPILED_RICH].map(
      (row): Target => ({
        aim: `schedule compiled for five years: ${row}`,
        limit: 10,
        unit: 'ms',
        reached: figure(tables, 'schedule-compile', row, 'median'),
      }),
    ),
  ];
}

function siteTargets(tables: readonly Table[]): Target[] {
  const built = (row: string): number | undefined =>
    scaled(figure(tables, 'build-L', row, 'first'), 1000);
  const size = (row: string): number | undefined =>
    scaled(figure(tables, 'size', row, 'gzipped'), 1000);
  return [
    { aim: 'L: engine from parsed data', limit: 3, unit: 's', reached: built(BUILD_ROWS.compile) },
    { aim: 'L: validation', limit: 4, unit: 's', reached: built(BUILD_ROWS.validate) },
    {
      aim: 'L: heap of the engine per assignment',
      limit: 250,
      unit: 'bytes',
      reached: figure(tables, 'memory-L', 'the engine beyond it', 'each'),
    },
    ...(tables.find((table) => table.id === 'apply-L')?.rows ?? []).flatMap((row): Target[] =>
      ['median', 'p99'].map((column) => ({
        aim: `L: ${row['name']}, ${column}`,
        limit: 1,
        unit: 'ms',
        reached: figure(tables, 'apply-L', String(row['name']), column),
      })),
    ),
    {
      aim: 'L: searchSubjects of a door with 10 000 holders',
      limit: 10,
      unit: 'ms',
      reached: figure(tables, 'search-L', 'searchSubjects, first page of 10 000', 'median'),
    },
    {
      aim: 'size without luxon and rrule, gzipped',
      limit: 20,
      unit: 'kB',
      reached: size(SIZE_ROWS.bare),
    },
    { aim: 'size with them, gzipped', limit: 60, unit: 'kB', reached: size(SIZE_ROWS.whole) },
  ];
}

function offlineTargets(tables: readonly Table[]): Target[] {
  const issue = (row: string, column: string): number | undefined =>
    figure(tables, 'offline-issue', row, column);
  const session = (row: string): number | undefined =>
    figure(tables, 'offline-session', row, 'median');
  const size = (row: string): number | undefined => figure(tables, 'offline-size', row, 'bytes');
  const signing = issue(ISSUE_ROWS.bundles, 'signing');
  const grants = issue(ISSUE_ROWS.bundles, 'grants');
  const bound =
    signing === undefined || grants === undefined ? undefined : 1.25 * signing + 0.06 * grants;
  return [
    ...verifyTargets(tables),
    {
      aim: 'bundles, against 1.25 × signing + 60 µs a grant',
      limit: 1,
      unit: 'times',
      reached: ratio(issue(ISSUE_ROWS.bundles, 'total'), bound),
    },
    {
      aim: 'updates of a revocation at 1 000 locks',
      limit: 1000,
      unit: 'ms',
      reached: issue(ISSUE_ROWS.revocation, 'total'),
    },
    {
      aim: 'session ÷ its raw operations',
      limit: 1.5,
      unit: 'times',
      reached: ratio(session(SESSION_ROWS.machines), session(SESSION_ROWS.raw)),
    },
    {
      aim: 'grant with ten windows',
      limit: 300,
      unit: 'bytes',
      reached: size(OFFLINE_SIZE_ROWS.grant),
    },
    {
      aim: 'doorwright/protocol, gzipped',
      limit: 45,
      unit: 'kB',
      reached: scaled(size(OFFLINE_SIZE_ROWS.protocol), 1000),
    },
    {
      aim: 'memory of a bridge with 1 000 locks',
      limit: 80,
      unit: 'MB',
      reached: scaled(size(OFFLINE_SIZE_ROWS.bridge), 1_000_000),
    },
  ];
}

function verifyTargets(tables: readonly Table[]): Target[] {
  return ['sodium', 'node-crypto', 'noble'].map((name) => {
    const median = (row: string): number | undefined =>
      figure(tables, `offline-verify-${name}`, row, 'median');
    const raw = median(VERIFY_ROWS.raw);
    return {
      aim: `${name}: judging a grant, against 1.15 × one signature + 25 µs`,
      limit: 1,
      unit: 'times',
      reached:
        raw === undefined ? undefined : ratio(median(VERIFY_ROWS.grant), 1.15 * raw + 25_000),
    };
  });
}

function ratio(value: number | undefined, to: number | undefined): number | undefined {
  return value === undefined || to === undefined ? undefined : value / to;
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}

function text(value: number, unit: Target['unit']): string {
  const shown = value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
  return unit === 'times' ? `${shown}×` : `${shown} ${unit}`;
}
