/** docs/events.md lists every event there is, and the catalogue every access event that the source names. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ACCESS_EVENTS } from '../../../src/admin/events/catalogue.js';

const SOURCES = ['src/admin', 'src/adapters'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('catalogue'))
    .map((name) => readFileSync(`${folder}/${name}`, 'utf8')),
);
const DOCUMENT = readFileSync('docs/events.md', 'utf8');

describe('the catalogue', () => {
  test('has every access event that the source names', () => {
    const named = SOURCES.flatMap((text) => [
      ...text.matchAll(/'(doorwright\.[a-z_]+\.[a-z_]+)'/gu),
    ]);
    const types = new Set(named.map((match) => match[1] ?? ''));
    expect([...types].filter((type) => !Object.hasOwn(ACCESS_EVENTS, type))).toEqual([]);
    expect(types.size).toBeGreaterThan(5);
  });

  test('is the table of the document', () => {
    const table = DOCUMENT.split('### Access events')[1]?.split('### Audit events')[0] ?? '';
    const documented = [...table.matchAll(/^\| (`.*?) \| (movement|state|alarm) \|/gmu)].flatMap(
      ([, names = '', bearing]) => {
        const [first = '', ...rest] = [...names.matchAll(/`([a-z_.]+)`/gu)].map((each) => each[1]);
        const stem = first.slice(0, first.lastIndexOf('.'));
        return [first, ...rest.map((name) => `${stem}${name}`)].map((type) => `${type} ${bearing}`);
      },
    );
    const known = Object.entries(ACCESS_EVENTS).map(([type, { bearing }]) => `${type} ${bearing}`);
    expect(documented.sort()).toEqual(known.sort());
  });

  test('every operation that leaves an audit event is in the document', () => {
    const table = DOCUMENT.split('### Audit events')[1]?.split('## The chain')[0] ?? '';
    const documented = new Set(
      [...table.matchAll(/`([a-z_]+(?:\.[a-z_]+)+)`/gu)].map((each) => each[1]),
    );
    const named = SOURCES.flatMap((text) => [
      ...text.matchAll(/(?:operation: |, )'([a-z_]+(?:\.[a-z_]+){1,2})'/gu),
      ...text.matchAll(/^\s+'([a-z_]+(?:\.[a-z_]+){1,2})',$/gmu),
    ]);
    const operations = new Set(named.map((match) => match[1] ?? ''));
    const missing = [...operations].filter(
      (name) => !/^read\.|\.read$/u.test(name) && !documented.has(name),
    );
    expect(missing.filter((name) => !name.startsWith('doorwright.'))).toEqual([]);
    expect(operations.size).toBeGreaterThan(50);
  });
});
