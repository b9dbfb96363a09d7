/** A whole run: the tables with the machine and versions they were measured on. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { type Table, tableText } from './table.js';
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
