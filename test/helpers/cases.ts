/** Decisions as data: what the files in `test/cases` hold. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Reason } from '../../src/engine/decision.js';
import type { AccessRequest } from '../../src/engine/request.js';
import type { Policy } from '../../src/policy/document.js';

/** A request and the answer that the clause in the title demands, written by hand. */
export interface Case {
  readonly title: string;
  readonly request: AccessRequest;
  readonly answer: {
    readonly decision: boolean;
    readonly reason: string;
    readonly reasons: readonly Reason[];
    readonly grants: readonly string[];
  };
}

/** One policy and the questions to it. */
export interface CaseFile {
  readonly name: string;
  readonly about: string;
  readonly policy: Policy;
  readonly cases: readonly Case[];
}

/** All files of `test/cases`, by name. */
export function caseFiles(): CaseFile[] {
  const folder = new URL('../cases/', import.meta.url);
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  return names.map((name) => ({
    name,
    ...(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Omit<CaseFile, 'name'>),
  }));
}
