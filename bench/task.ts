/** The tasks of a run by name, and how much each measures. */
import { join } from 'node:path';
import {
  distributionTables,
  FULL_DISTRIBUTION,
  QUICK_DISTRIBUTION,
} from './distribution/measure.js';
import { FULL_EFFORT, QUICK_EFFORT } from './race.js';
import { FULL_SERVE, QUICK_SERVE, serveTables } from './serve/measure.js';
import type { Table } from './table.js';
import { applyTable } from './tasks/apply.js';
import { buildTables } from './tasks/build.js';
import { decisionsTable } from './tasks/decisions.js';
import { diffTable } from './tasks/diff.js';
import { directoryTable } from './tasks/directory.js';
import { importTable } from './tasks/import.js';
import { lintTable } from './tasks/lint.js';
import { offlineIssueTable } from './tasks/offline-issue.js';
import { offlineSessionTable } from './tasks/offline-session.js';
import { offlineSizeTable } from './tasks/offline-size.js';
import { offlineVerifyTables } from './tasks/offline-verify.js';
import { policyTestsTable } from './tasks/policy-tests.js';
import { reviewTable } from './tasks/review.js';
import { scheduleTables } from './tasks/schedules.js';
import { searchTable } from './tasks/search.js';
import { siteTables } from './tasks/site-store.js';
import { sizeTable } from './tasks/size.js';
import { sizePartsTable } from './tasks/size-parts.js';
import { startTable } from './tasks/start.js';

/** Every task, in the order in which its tables are printed. */
export const TASK_NAMES: readonly string[] = [
  'decisions-S',
  'decisions-M',
  'decisions-L',
  'schedules',
  'build',
  'apply',
  'search',
  'size',
  'start',
  'diff-M',
  'diff-L',
  'lint',
  'review',
  'policy-tests',
  'directory',
  'import',
  'site-store',
  'serve',
  'distribution',
  'offline-verify',
  'offline-issue',
  'offline-session',
  'offline-size',
];

/** Runs one task in this process. @throws RangeError for a name not in {@link TASK_NAMES}. */
export async function runTask(
  name: string,
  root: string,
  quick: boolean,
  withPeers: boolean,
): Promise<readonly Table[]> {
  const effort = quick ? QUICK_EFFORT : FULL_EFFORT;
  switch (name) {
    case 'decisions-S':
      return [await decisionsTable('S', effort, withPeers)];
    case 'decisions-M':
      return [await decisionsTable('M', effort, withPeers)];
    case 'decisions-L':
      return [await decisionsTable('L', effort, withPeers)];
    case 'schedules':
      return await scheduleTables(effort, withPeers);
    case 'build':
      return buildTables('L', quick ? 1 : 3);
    case 'apply':
      return [applyTable('L', quick ? 200 : 2500)];
    case 'search':
      return [searchTable('L', quick ? 50 : 200)];
    case 'size':
      return [await sizeTable(root), await sizePartsTable(root)];
    case 'start':
      return [startTable(root, join(root, 'bench/dist/doorwright.js'), quick ? 5 : 15)];
    case 'diff-M':
      return [diffTable('M', quick ? 3 : 20)];
    case 'diff-L':
      return [diffTable('L', quick ? 1 : 5)];
    case 'lint':
      return [lintTable('L', quick ? 1 : 5)];
    case 'review':
      return [reviewTable('L', quick ? 400_000 : 4_000_000)];
    case 'policy-tests':
      return [policyTestsTable('M', quick ? 2000 : 10_000, quick ? 3 : 10)];
    case 'directory':
      return [directoryTable(quick ? 20_000 : 100_000, quick ? 2 : 5)];
    case 'import':
      return [await importTable(quick ? 50_000 : 1_000_000, quick ? 5_000 : 50_000)];
    case 'site-store':
      return await siteTables(quick ? 100_000 : 1_000_000, quick ? 3 : 10);
    case 'serve':
      return await serveTables(root, quick ? QUICK_SERVE : FULL_SERVE);
    case 'distribution':
      return await distributionTables(root, quick ? QUICK_DISTRIBUTION : FULL_DISTRIBUTION);
    case 'offline-verify':
      return await offlineVerifyTables(effort);
    case 'offline-issue':
      return [await offlineIssueTable(quick ? 500 : 10_000)];
    case 'offline-session':
      return [await offlineSessionTable(quick ? 100 : 1000)];
    case 'offline-size':
      return [await offlineSizeTable(root)];
    default:
      throw new RangeError(`unknown task \`${name}\``);
  }
}
