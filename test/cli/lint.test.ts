import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { FINDING_CODES } from '../../src/analysis/lint/catalogue.js';
import { lintPolicy } from '../../src/analysis/lint/lint-policy.js';
import { COMMON_OPTIONS, readArguments } from '../../src/cli/arguments.js';
import { LINT } from '../../src/cli/commands/lint.js';
import { InputError, UsageError } from '../../src/cli/failure.js';
import { positionsOf } from '../../src/cli/json-positions.js';
import { sarifLog } from '../../src/cli/lint-sarif.js';
import type { Terminal } from '../../src/cli/terminal.js';
import type { Policy } from '../../src/policy/document.js';
import { folder } from './program.js';

const files = folder();
afterAll(() => files.remove());

/** Runs the command in this process: what it throws is what the program turns into messages and 2. */
async function lint(...words: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const terminal: Terminal = {
    width: 80,
    write: async (text) => {
      out += text;
    },
    warn: () => undefined,
    paint: (_, text) => text,
    progress: () => undefined,
    busy: () => undefined,
  };
  const args = readArguments(words, { ...LINT.options, ...COMMON_OPTIONS }, LINT.filesMax);
  const code = await LINT.run(args, terminal);
  return { code, out };
}

const SITE = {
  version: 1,
  organization: { id: 'org', timeZone: 'Europe/Berlin' },
  places: [{ id: 'hq' }],
  doors: [{ id: 'front', place: 'hq', unlock: [{ schedule: 'always' }] }],
  groups: [{ id: 'staff', doors: ['front'] }],
  users: [{ id: 'ada' }],
  assignments: [
    {
      id: 'own',
      subject: { type: 'user', id: 'ada' },
      role: 'organization_owner',
      scope: { type: 'organization', id: 'org' },
    },
  ],
  schedules: [{ id: 'always' }],
};
const site = files.file('policy.json', JSON.stringify(SITE, undefined, 2));
const clean = files.file(
  'clean.json',
  JSON.stringify({ version: 1, organization: { id: 'org', roles: 'kisi_standard' } }),
);

describe('lint', () => {
  test('ends with 1 at findings of the level, and with 0 below it', async () => {
    const { code, out } = await lint(site);
    expect(code).toBe(1);
    expect(out).toContain(
      'error    /doors/0/unlock/0\n' +
        '         door `front` stands open to everybody at all hours (unlock_always_open)\n' +
        '         to do: give the schedule windows, or remove the unlock\n',
    );
    expect(out).toMatch(/1 error, 1 warning, 1 note; nothing judged by the date \(see --at\)\n$/u);
    const off = 'unlock_always_open,privileged_without_second_factor';
    expect((await lint(site, '--off', off)).code).toBe(0);
    expect((await lint(site, '--off', off, '--level', 'note')).code).toBe(1);
    expect((await lint(site, '--off', 'unlock_always_open', '--level', 'error')).code).toBe(0);
    expect((await lint(site, '--off', off, '--off', 'unused_group', '--level', 'note')).code).toBe(
      0,
    );
  });

  test('--json and --format json print what the library answers', async () => {
    const at = '2026-11-22T12:00:00Z';
    const expected = lintPolicy(SITE as never, { at });
    expect(expected.length).toBeGreaterThan(0);
    for (const words of [['--json'], ['--format', 'json']]) {
      const { out } = await lint(site, '--at', at, ...words);
      expect(JSON.parse(out)).toEqual(expected);
    }
    expect((await lint(site, '--at', at)).out).toContain(`as of ${at}`);
  });

  test('a configuration weighs rules and names what must be apart', async () => {
    const config = files.file(
      'lint.json',
      JSON.stringify({
        rules: { unlock_always_open: 'note', privileged_without_second_factor: 'off' },
        segregation: [
          {
            name: 'keys',
            first: { role: 'organization_owner' },
            second: { permission: 'door:unlock' },
          },
        ],
        privileged: [],
      }),
    );
    const { out } = await lint(site, '--config', config, '--json');
    const told = (JSON.parse(out) as { code: string; severity: string }[]).map(
      ({ code, severity }) => `${severity} ${code}`,
    );
    expect(told).toEqual(['note unlock_always_open', 'note unused_group', 'error toxic_pair']);
  });

  test('a wrong configuration is refused with the place and the nearest name', async () => {
    const refused = async (config: unknown): Promise<string[]> => {
      const error = await lint(site, '--config', JSON.stringify(config)).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(InputError);
      const { issues, message } = error as InputError;
      return issues.length === 0
        ? [message]
        : issues.map((issue) => `${issue.pointer}: ${issue.message}`);
    };
    expect(await refused({ rule: {} })).toEqual([
      '/rule: unknown member `rule`; did you mean `rules`?',
    ]);
    expect(await refused({ rules: { unused_groups: 'off', unused_team: 'loud' } })).toEqual([
      '/rules/unused_groups: unknown code `unused_groups`; did you mean `unused_group`?',
      '/rules/unused_team: must be one of `off`, `note`, `warning`, `error`',
    ]);
    expect(await refused({ segregation: [{ first: { rolle: 'x' } }] })).toEqual([
      '/segregation/0/first/rolle: unknown member `rolle`; did you mean `role`?',
      '/segregation/0/second: missing',
    ]);
    const pair = { first: { role: 'boss' }, second: { role: 'observer' } };
    expect(await refused({ segregation: [pair] })).toEqual([
      'lint configuration: `segregation` 1, first duty: unknown role `boss`',
    ]);
    expect(await refused({ privileged: 'boss' })).toEqual(['/privileged: must be a list']);
  });

  test('wrong usage and wrong policies are refused, not linted', async () => {
    await expect(lint()).rejects.toThrow(UsageError);
    await expect(lint(site, '--level', 'warnings')).rejects.toThrow(/did you mean `warning`/u);
    await expect(lint(site, '--off', 'unused')).rejects.toThrow(UsageError);
    await expect(lint(site, '--format', 'xml')).rejects.toThrow(UsageError);
    await expect(lint(site, '--json', '--format', 'sarif')).rejects.toThrow(/different formats/u);
    await expect(lint(site, '--at', 'yesterday')).rejects.toThrow(UsageError);
    const bad = files.file('bad.json', '{"version":1}');
    await expect(lint(bad)).rejects.toThrow(InputError);
    expect((await lint(clean, '--off', 'owner_missing', '--level', 'note')).code).toBe(0);
  });

  test('what a policy calls its things cannot forge lines or colours', async () => {
    const evil = { ...SITE, schedules: [{ id: 'always', name: '\u001b[31m' }] };
    const file = files.file('evil.json', JSON.stringify(evil));
    const { out } = await lint(file);
    expect(out).not.toContain('\u001b');
  });
});

describe('--format sarif', () => {
  test('has every member that SARIF 2.1.0 requires, and a rule for each code', async () => {
    const { code, out } = await lint(site, '--format', 'sarif');
    expect(code).toBe(1);
    const log = JSON.parse(out);
    // SARIF 2.1.0 §3.13: version and runs; §3.14: tool; §3.18: driver; §3.19: name.
    expect(Object.keys(log).sort()).toEqual(['$schema', 'runs', 'version']);
    expect(log.version).toBe('2.1.0');
    expect(log.runs).toHaveLength(1);
    const [run] = log.runs;
    const { driver } = run.tool;
    expect(driver.name).toBe('doorwright lint');
    expect(driver.semanticVersion).toMatch(/^\d+\.\d+\.\d+/u);
    expect(driver.rules.map((rule: { id: string }) => rule.id)).toEqual(FINDING_CODES);
    for (const rule of driver.rules) {
      // §3.49.9 and §3.49.12; §3.50.2.
      expect(rule.shortDescription.text).toMatch(/^.+\.$/u);
      expect(() => new URL(rule.helpUri)).not.toThrow();
      expect(rule.helpUri.endsWith(`#${rule.id}`)).toBe(true);
      expect(['error', 'warning', 'note']).toContain(rule.defaultConfiguration.level);
    }
    expect(run.results.length).toBe(3);
    for (const result of run.results) {
      // §3.27.11: a message; §3.27.6: the index must be that of the rule with this id.
      expect(result.message.text).toMatch(/^.+\.$/u);
      expect(driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      const [{ physicalLocation }] = result.locations;
      expect(physicalLocation.artifactLocation.uri).toBe(`file://${site}`);
      // §3.30.5 and §3.30.6: from 1 on.
      expect(physicalLocation.region.startLine).toBeGreaterThan(0);
      expect(physicalLocation.region.startColumn).toBeGreaterThan(0);
    }
  });

  test('names a file whose name has a colon as a file, not as a scheme', () => {
    const findings = lintPolicy(SITE as unknown as Policy);
    const uri = (file: string) => {
      const log = sarifLog({ file, text: JSON.stringify(SITE), findings, version: '1.0.0' });
      return log.runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri;
    };
    expect(uri('a:b.json')).toBe('./a:b.json');
    expect(uri('sites/a:b.json')).toBe('sites/a:b.json');
    expect(uri('C:\\sites\\a b.json')).toBe('file:///C:/sites/a%20b.json');
  });

  test('points at the line and column at which the value begins', async () => {
    const log = JSON.parse((await lint(site, '--format', 'sarif')).out);
    const lines = readFileSync(site, 'utf8').split('\n');
    const result = log.runs[0].results.find(
      ({ ruleId }: { ruleId: string }) => ruleId === 'unlock_always_open',
    );
    const { startLine, startColumn } = result.locations[0].physicalLocation.region;
    expect(lines[startLine - 1]?.slice(startColumn - 1)).toBe('{');
    expect(lines[startLine]).toContain('"schedule": "always"');
    expect(result.locations[0].logicalLocations).toEqual([
      { fullyQualifiedName: '/doors/0/unlock/0', kind: 'value' },
    ]);
  });
});

test('every value of a text stands where its position says, escapes and odd spaces included', () => {
  const text =
    ' {\r\n\t"a/b~c": [ 1 ,\n\n -2.5e+3, {"\\u0061\\"" :"x\\n\\"}]"} ],\n "d":{}, "":[[]],"t":true }';
  const value = JSON.parse(text) as unknown;
  const pointers: [string, unknown][] = [];
  const walk = (each: unknown, pointer: string): void => {
    pointers.push([pointer, each]);
    if (typeof each !== 'object' || each === null) return;
    for (const [name, below] of Object.entries(each)) {
      walk(below, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    }
  };
  walk(value, '');
  const found = positionsOf(
    text,
    pointers.map(([pointer]) => pointer),
  );
  expect(found.size).toBe(pointers.length);
  const lines = text.split('\n');
  for (const [pointer, each] of pointers) {
    const { line, column } = found.get(pointer) ?? { line: 0, column: 0 };
    const rest = [lines[line - 1]?.slice(column - 1), ...lines.slice(line)].join('\n');
    // The text from there begins with the value: cut at every length, one of them reads as it.
    const reads = Array.from({ length: rest.length }, (_, length) =>
      rest.slice(0, length + 1),
    ).some((piece) => {
      try {
        return JSON.stringify(JSON.parse(piece)) === JSON.stringify(each) && /\S/u.test(piece[0]!);
      } catch {
        return false;
      }
    });
    expect(reads, pointer).toBe(true);
  }
  expect(positionsOf(text, ['/nothing', '/d/x', '/a~1b~0c/9'])).toEqual(new Map());
});
