/** Asking a list, and how it differs from what was expected of it. */
import { snapshotOf } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { HELD_TYPES } from '../../engine/location.js';
import type { Entity } from '../../engine/request.js';
import type { AccessEntry, SearchPage } from '../../engine/search.js';
import { find, type Table } from '../../engine/table.js';
import { quote } from '../../policy/pointer.js';
import { PAGE_LIMIT_MAX } from '../../values/limits.js';
import { firstWords, listWords, type Mismatch } from './mismatch.js';
import type { AskedList, ExpectedEntry, ListCase } from './test-suite.js';

/** One line of a list: the text it is known by, and for `access` the whole entry. */
interface Line {
  readonly text: string;
  readonly entry: AccessEntry | undefined;
}

/** Every way in which a list is not as expected; none if it is. @throws RequestError */
export function listMismatches(engine: Engine, { asked, expected }: ListCase): readonly Mismatch[] {
  const lines = linesOf(engine, asked);
  const found: Mismatch[] = [];
  const told = (some: readonly ExpectedEntry[]) => firstWords(some, entryWords, ', ');
  const isListed = (one: ExpectedEntry) => lines.some((line) => isLine(one, line));
  const { exactly, contains, excludes } = expected;
  for (const [what, wanted] of [
    ['exactly', exactly],
    ['contains', contains],
  ] as const) {
    const absent = (wanted ?? []).filter((one) => !isListed(one));
    if (absent.length > 0) {
      const actual = `not listed: ${told(absent)}; listed: ${listWords(lines.map(lineWords))}`;
      found.push({ what, expected: told(wanted ?? []), actual });
    }
  }
  const surplus =
    exactly === undefined ? [] : lines.filter((line) => !exactly.some((one) => isLine(one, line)));
  if (exactly !== undefined && surplus.length > 0) {
    const actual = `listed beside: ${listWords(surplus.map(lineWords))}`;
    found.push({ what: 'exactly', expected: told(exactly) || 'nothing', actual });
  }
  const wrong = lines.filter((line) => excludes?.some((one) => isLine(one, line)));
  if (wrong.length > 0) {
    const actual = `listed: ${listWords(wrong.map(lineWords))}`;
    found.push({ what: 'excludes', expected: `not ${told(excludes ?? [])}`, actual });
  }
  if (found.length > 0) return found;
  const unknown = unknownNames(engine, asked, excludes ?? []);
  if (unknown.length === 0) return [];
  const actual = `the policy has no ${unknown.join(', ')}: a slip in a name proves nothing`;
  return [{ what: 'request', expected: 'a list of what the policy holds', actual }];
}

function linesOf(engine: Engine, asked: AskedList): readonly Line[] {
  const { context } = asked;
  switch (asked.of) {
    case 'subjects': {
      const { type, action, resource } = asked;
      const query = { subject: { type }, action: { name: action }, resource, context };
      return wholeList(
        (page) => engine.searchSubjects({ ...query, page }),
        ({ id }) => id,
      );
    }
    case 'resources': {
      const { type, action, subject } = asked;
      const query = { subject, action: { name: action }, resource: { type }, context };
      return wholeList(
        (page) => engine.searchResources({ ...query, page }),
        ({ id }) => id,
      );
    }
    case 'actions': {
      const { subject, resource } = asked;
      const query = { subject, action: undefined, resource, context };
      return wholeList(
        (page) => engine.searchActions({ ...query, page }),
        ({ name }) => name,
      );
    }
    case 'access':
      return engine
        .access(asked.entity, context)
        .map((entry) => ({ text: entry.assignment, entry }));
  }
}

/** All pages of a search. */
function wholeList<T>(
  search: (page: { readonly limit: number; readonly token?: string }) => SearchPage<T>,
  textOf: (result: T) => string,
): readonly Line[] {
  const lines: Line[] = [];
  let token: string | undefined;
  do {
    const page = { limit: PAGE_LIMIT_MAX, ...(token === undefined ? {} : { token }) };
    const { results, page: shown } = search(page);
    for (const result of results) lines.push({ text: textOf(result), entry: undefined });
    token = shown.next_token;
  } while (token !== '');
  return lines;
}

function isLine(expected: ExpectedEntry, { text, entry }: Line): boolean {
  if (typeof expected === 'string') return expected === text;
  if (entry === undefined) return false;
  const { subject, resource, ...rest } = expected;
  return (
    (subject === undefined || isSame(subject, entry.subject)) &&
    (resource === undefined || isSame(resource, entry.resource)) &&
    Object.entries(rest).every(([name, value]) => entry[name as keyof AccessEntry] === value)
  );
}

function isSame(one: Pick<Entity, 'type' | 'id'>, other: Pick<Entity, 'type' | 'id'>): boolean {
  return one.type === other.type && one.id === other.id;
}

/** What the question or an exclusion names that the policy does not hold: whatever is not there is never listed. */
function unknownNames(
  engine: Engine,
  asked: AskedList,
  excludes: readonly ExpectedEntry[],
): readonly string[] {
  const entities: Pick<Entity, 'type' | 'id'>[] = [];
  if ('subject' in asked) entities.push(asked.subject);
  if ('resource' in asked) entities.push(asked.resource);
  if (asked.of === 'access') entities.push(asked.entity);
  for (const one of excludes) {
    if (typeof one === 'object') {
      for (const part of [one.subject, one.resource]) if (part !== undefined) entities.push(part);
      if (one.assignment !== undefined) entities.push({ type: 'assignment', id: one.assignment });
    } else if (asked.of === 'access') entities.push({ type: 'assignment', id: one });
    else if (asked.of !== 'actions') entities.push({ type: asked.type, id: one });
  }
  const unknown = entities.filter((entity) => !isHeld(engine, entity));
  return [...new Set(unknown.map(({ type, id }) => `${type} ${quote(id)}`))];
}

/** Whether the policy holds an entity, or is none to know. */
function isHeld(engine: Engine, { type, id }: Pick<Entity, 'type' | 'id'>): boolean {
  const held = HELD_TYPES.get(type);
  if (held === undefined || id === '*') return true;
  const s = snapshotOf(engine);
  if (held === 'organization') return s.organization.id === id;
  return find<unknown>(s.tables[held] as Table<unknown>, id) !== undefined;
}

function entryWords(one: ExpectedEntry): string {
  if (typeof one === 'string') return quote(one);
  return Object.entries(one)
    .map(
      ([name, value]) => `${name} ${typeof value === 'object' ? entityText(value) : String(value)}`,
    )
    .join(' ');
}

function lineWords({ text, entry }: Line): string {
  if (entry === undefined) return text;
  const { subject, resource, status, enabled } = entry;
  const state = enabled ? status : `switched off, ${status}`;
  return `${text} ${entityText(subject)} ${entityText(resource)} ${state}`;
}

function entityText({ type, id }: Pick<Entity, 'type' | 'id'>): string {
  return `${type}:${id}`;
}
