/** A whole run: the tables with the machine and versions they were measured on. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { type Table, tableMarkdown, tableText } from './table.js';
import { targetsTable } from './targets.js';

/** What `--json` prints and `baseline.json` holds. */
export interface Report {
  readonly machine: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly tables: readonly Table[];
}

/** The machine this process runs on, and the versions of what was measured. */
export function reportOf(root: string, tables: readonly Table[]): Report {
  const require = createRequire(join(root, 'bench/package.json'));
  const benchPackage = packageAt(join(root, 'bench/package.json'));
  const names = [...Object.keys(benchPackage.devDependencies ?? {}), 'luxon', 'rrule', 'valibot'];
  const versions: Record<string, string> = {
    doorwright: packageAt(join(root, 'package.json')).version,
  };
  for (const name of names.sort()) versions[name] = versionOf(require, name);
  return {
    machine: {
      processor: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
      memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
      node: process.versions.node,
      v8: process.versions.v8,
      platform: `${process.platform} ${process.arch}`,
    },
    versions,
    tables,
  };
}

/** The report as text for a terminal. */
export function reportText(report: Report, baseline: Report | undefined): string {
  const machine = Object.entries(report.machine).map(([key, value]) => `${key} ${value}`);
  const tables = [...report.tables, targetsTable(report.tables, baseline?.tables ?? [])];
  return [
    machine.join(' · '),
    ...tables.filter((table) => table.rows.length > 0).map(tableText),
  ].join('\n\n');
}

/** The report as a page of the documentation. */
export function reportMarkdown(report: Report): string {
  const list = (entries: Readonly<Record<string, string>>): string[] =>
    Object.entries(entries).map(([key, value]) => `- ${key}: ${value}`);
  const aims = targetsTable(report.tables, []);
  const shown = { ...aims, columns: aims.columns.filter((column) => column.key !== 'baseline') };
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench -- --markdown` from `bench/baseline.json`; do not edit. Measure your own machine with',
    '`npm run bench`. Every contender gets the same request objects, and all answers are compared before anything is',
    'timed. Contenders take turns in small batches in one process, so a busy machine slows them all: the ratios',
    'say more than the times. A median and its MAD (median absolute deviation) are of batches; p99 is of single calls.',
    '',
    ...list(report.machine),
    '',
    'Versions:',
    '',
    ...list(report.versions),
    '',
    [shown, ...report.tables].map(tableMarkdown).join('\n\n'),
    '',
  ].join('\n');
}

interface PackageFile {
  readonly name?: string;
  readonly version: string;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function packageAt(path: string): PackageFile {
  return JSON.parse(readFileSync(path, 'utf8')) as PackageFile;
}

/** The version of an installed package: of the first package.json with its name above its entry. */
function versionOf(require: NodeJS.Require, name: string): string {
  const entry = name === '@cedar-policy/cedar-wasm' ? `${name}/nodejs` : name;
  for (
    let folder = dirname(require.resolve(entry));
    folder !== dirname(folder);
    folder = dirname(folder)
  ) {
    try {
      const found = packageAt(join(folder, 'package.json'));
      if (found.name === name) return found.version;
    } catch {
      // No package.json here; the one asked for is further up.
    }
  }
  return 'unknown';
}
