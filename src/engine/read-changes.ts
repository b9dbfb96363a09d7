/** Reading a change set from outside: its shape, its ids, and what it would leave behind. */
import type { Changes } from '../policy/changes.js';
import {
  COLLECTION_MAX,
  COLLECTIONS,
  type CollectionName,
  type ElementOf,
} from '../policy/document.js';
import type { Issue } from '../policy/issue.js';
import { parseElement, parseOrganization } from '../policy/parse.js';
import { pointerToken, quote } from '../policy/pointer.js';
import { typeIssue } from '../policy/shape-issues.js';
import type { Snapshot } from './snapshot.js';
import { numberOf } from './table.js';

/** Takes one issue. */
type Report = (issue: Issue) => void;
type Writable = { -readonly [K in keyof Changes]: Changes[K] };

/**
 * A frozen copy of a change set, with everything wrong about its shape and ids reported. What elements
 * refer to is not looked at here.
 */
export function readChanges(s: Snapshot, input: unknown, report: Report): Changes {
  const changes: Writable = {};
  const members = readMembers(input, '', ['revision', 'organization', 'put', 'remove'], report);
  if (members['revision'] !== undefined) {
    changes.revision = readRevision(members['revision'], s.revision, report);
  }
  if (members['organization'] !== undefined) {
    const parsed = parseOrganization(members['organization'], '/organization');
    if (parsed.ok) changes.organization = parsed.value;
    else parsed.issues.forEach(report);
  }
  const put: { [K in CollectionName]?: ElementOf<K>[] } = {};
  const remove: { [K in CollectionName]?: string[] } = {};
  const puts = readMembers(members['put'] ?? {}, '/put', COLLECTIONS, report);
  const removals = readMembers(members['remove'] ?? {}, '/remove', COLLECTIONS, report);
  for (const collection of COLLECTIONS) {
    const named = new Set<string>();
    if (puts[collection] !== undefined) {
      put[collection] = readPut(collection, puts[collection], named, report) as never[];
    }
    if (removals[collection] !== undefined) {
      remove[collection] = readRemove(s, collection, removals[collection], named, report);
    }
  }
  changes.put = put as NonNullable<Changes['put']>;
  changes.remove = remove;
  return changes;
}

function readRevision(value: unknown, before: number, report: Report): number {
  if (Number.isSafeInteger(value) && (value as number) > before) return value as number;
  const shown = typeof value === 'number' ? value : typeof value;
  const message = `not an integer above ${before} ${quote(shown)}`;
  report({ pointer: '/revision', code: 'value', message });
  return before + 1;
}

/** The own members of an object, those not known reported. */
function readMembers(
  input: unknown,
  pointer: string,
  known: readonly string[],
  report: Report,
): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    report(typeIssue(pointer === '' ? [] : [pointer.slice(1)], ['object'], input));
    return {};
  }
  const members: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(input)) {
    if (known.includes(key)) members[key] = value;
    else {
      const at = `${pointer}/${pointerToken(key)}`;
      report({ pointer: at, code: 'unknown_member', message: `unknown member ${quote(key)}` });
    }
  }
  return members;
}

function readPut<K extends CollectionName>(
  collection: K,
  input: unknown,
  named: Set<string>,
  report: Report,
): ElementOf<K>[] {
  const elements: ElementOf<K>[] = [];
  for (const [index, item] of readList(collection, input, `/put/${collection}`, report).entries()) {
    const pointer = `/put/${collection}/${index}`;
    const parsed = parseElement(collection, item, pointer);
    if (!parsed.ok) parsed.issues.forEach(report);
    else if (named.has(parsed.value.id)) reportTwice(parsed.value.id, `${pointer}/id`, report);
    else {
      named.add(parsed.value.id);
      elements.push(parsed.value);
    }
  }
  return elements;
}

function readRemove(
  s: Snapshot,
  collection: CollectionName,
  input: unknown,
  named: Set<string>,
  report: Report,
): string[] {
  const ids: string[] = [];
  for (const [index, id] of readList(
    collection,
    input,
    `/remove/${collection}`,
    report,
  ).entries()) {
    const pointer = `/remove/${collection}/${index}`;
    if (typeof id !== 'string') {
      report({ pointer, code: 'type', message: `not a string ${quote(typeof id)}` });
    } else if (named.has(id)) reportTwice(id, pointer, report);
    else if (numberOf<unknown>(s.tables[collection], id) < 0) {
      report({ pointer, code: 'reference', message: `nothing to remove ${quote(id)}` });
    } else {
      named.add(id);
      ids.push(id);
    }
  }
  return ids;
}

function readList(
  collection: CollectionName,
  input: unknown,
  pointer: string,
  report: Report,
): readonly unknown[] {
  if (!Array.isArray(input)) {
    report({ pointer, code: 'type', message: `not a list ${quote(typeof input)}` });
    return [];
  }
  const most = COLLECTION_MAX[collection];
  if (input.length <= most) return input;
  const message = `more than ${most} elements ${quote(input.length)}`;
  report({ pointer, code: 'too_large', message });
  return [];
}

function reportTwice(id: string, pointer: string, report: Report): void {
  report({ pointer, code: 'duplicate', message: `named twice in the change ${quote(id)}` });
}
