/** From a document of an earlier version to one of the version that this library reads. Source: docs/tooling.md, "Versions". */
import type { Outcome } from '../values/outcome.js';
import { POLICY_SCHEMA } from './document.js';
import { quote } from './pointer.js';

/** The step from one version of the document to the next. */
export interface MigrationStep {
  /** The version it reads; it writes the next one. */
  readonly from: number;
  /** What it changes, in one line for people. */
  readonly summary: string;
  /**
   * The document as the next version writes it, its `version` included. The argument is frozen. It may throw for a
   * document that has no equal in the next version: a document is never changed into one that means something else.
   */
  migrate(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/** Every step there is, in order without gaps, and the version they lead to. */
export interface Migrations {
  readonly current: number;
  readonly steps: readonly MigrationStep[];
}

/**
 * Why a document cannot be migrated: `no_document` (not a JSON object), `version_missing` (no `version`, or none that is
 * a whole number), `version_unknown` (no step leads on from that version), `version_newer` (written for a later
 * release of this library), `step_failed` (a step refused the document).
 */
export type MigrationCode =
  | 'no_document'
  | 'version_missing'
  | 'version_unknown'
  | 'version_newer'
  | 'step_failed';

/** A document of the current version, and how it came to be one. */
export interface Migrated {
  /** A frozen copy. Not checked further than its version: `parsePolicy` does. */
  readonly document: Readonly<Record<string, unknown>>;
  /** The version it was written in. */
  readonly from: number;
  /** The steps taken, in order; none for a document of the current version. */
  readonly steps: readonly MigrationStep[];
}

/** The steps to the version that `parsePolicy` reads. There is one version so far, so there are none. */
export const MIGRATIONS: Migrations = { current: POLICY_SCHEMA.entries.version.literal, steps: [] };

/**
 * The document as the current version writes it, by one step after the other. Never changes its input.
 * @param document - a JSON value, as `JSON.parse` gives it.
 * @throws TypeError for `migrations` with a gap, a step twice or out of order, or one that leads beyond the current version.
 */
export function migratePolicy(
  document: unknown,
  migrations: Migrations = MIGRATIONS,
): Outcome<Migrated, MigrationCode> {
  const { current, steps } = migrations;
  requireChain(migrations);
  if (!isObject(document)) return refused('no_document', 'a policy is a JSON object');
  const { version } = document;
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) {
    return refused('version_missing', 'a policy has a `version`, a whole number');
  }
  if (version > current) {
    return refused(
      'version_newer',
      `written for a later release: this one reads versions up to ${current}, not ${quote(version)}`,
    );
  }
  const needed = steps.filter(({ from }) => from >= version);
  if (needed.length !== current - version) {
    return refused('version_unknown', `there is no version ${quote(version)}`);
  }
  let at = frozenCopy(document);
  for (const step of needed) {
    const taken = take(step, at);
    if (!taken.ok) return taken;
    at = taken.value;
  }
  return { ok: true, value: { document: at, from: version, steps: needed } };
}

type Document = Readonly<Record<string, unknown>>;

function refused(
  code: MigrationCode,
  detail: string,
): { readonly ok: false; readonly code: MigrationCode; readonly detail: string } {
  return { ok: false, code, detail };
}

/** Each step leads to the next, and the last one to the current version. */
function requireChain({ current, steps }: Migrations): void {
  for (const [index, { from }] of steps.entries()) {
    const expected = current - steps.length + index;
    if (from !== expected) {
      throw new TypeError(`step ${index} must start at version ${expected}, not ${quote(from)}`);
    }
  }
}

function take(step: MigrationStep, document: Document): Outcome<Document, MigrationCode> {
  const where = `from version ${step.from} to ${step.from + 1}`;
  let next: unknown;
  try {
    next = step.migrate(document);
  } catch (error) {
    return refused('step_failed', `${where}: ${error instanceof Error ? error.message : error}`);
  }
  // A step that forgets the version would be taken again by the next release.
  if (!isObject(next) || next['version'] !== step.from + 1) {
    return refused('step_failed', `${where}: the step did not write version ${step.from + 1}`);
  }
  return { ok: true, value: frozenCopy(next) };
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy frozen all the way down, so that no step can reach back into what it was given. */
function frozenCopy(document: Document): Document {
  return copy(document) as Document;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(copy));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, copy(member)] as const);
  // Not by assignment: a member `__proto__` is a member like any other.
  return Object.freeze(Object.fromEntries(members));
}
