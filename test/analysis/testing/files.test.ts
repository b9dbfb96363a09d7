/** Files of policy tests on the disk: read with their policies, found, followed, and handed to other test runners. */
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PdpHost } from '../../../src/adapters/pdp/pdp-host.js';
import { fileMark } from '../../../src/adapters/testing/file-mark.js';
import { findTestFiles } from '../../../src/adapters/testing/find-test-files.js';
import { followFiles } from '../../../src/adapters/testing/follow-files.js';
import {
  PolicyTestFailure,
  PolicyTestFileError,
  policyTests,
} from '../../../src/adapters/testing/policy-tests.js';
import { readTestFile } from '../../../src/adapters/testing/test-file.js';
import { faultLine } from '../../../src/analysis/testing/failure-text.js';
import { folder } from '../../cli/program.js';
import { right, site } from '../../helpers/builders.js';
import { documentOf, one } from './documents.js';

let files: ReturnType<typeof folder>;
beforeEach(() => {
  files = folder();
});
afterEach(() => files.remove());

const policy = JSON.stringify(site({ assignments: [right('a', 'ada')] }));
const tests = JSON.stringify(documentOf([one()]));
const yaml = `policy: policy.json
tests:
  - name: ada at noon
    subject: user:ada
    resource: door:front
    time: 2026-03-02T12:00:00Z
    expect: permit
`;

describe('a file is read', () => {
  /** What is wrong with a file, without the folder it lies in. */
  const faults = (name: string, content: string | Uint8Array, options = {}) => {
    const path = join(files.path, name);
    writeFileSync(path, content);
    const read = readTestFile(path, options);
    return read.ok
      ? []
      : read.faults.map((fault) => faultLine(fault).replaceAll(`${files.path}/`, ''));
  };
  beforeEach(() => void files.file('policy.json', policy));

  test('as YAML and as JSON', () => {
    expect(faults('a.yaml', yaml)).toEqual([]);
    expect(faults('a.json', tests)).toEqual([]);
    expect(faults('a.yaml', tests)).toEqual([]);
    expect(faults('a.yaml', `\ufeff${yaml}`)).toEqual([]);
    const absolute = join(files.path, 'policy.json');
    expect(faults('a.yaml', yaml.replace('policy.json', absolute))).toEqual([]);
  });

  test.each<[name: string, content: string, faults: string[]]>([
    ['a.yaml', '', ['a.yaml:1:1: must be an object, is `null` (type)']],
    [
      'a.yaml',
      yaml.replace('    expect: permit\n', ''),
      ['a.yaml:3:5: /tests/0/expect: missing member `expect` (missing)'],
    ],
    [
      'a.yaml',
      yaml.replace('permit', '{ decision: no }'),
      ['a.yaml:7:15: /tests/0/expect/decision: must be one of permit, deny, is `no` (value)'],
    ],
    [
      'a.yaml',
      `${yaml}    expekt: deny\n`,
      ['a.yaml:8:5: /tests/0/expekt: unknown member `expekt` (unknown_member)'],
    ],
    ['a.yaml', `${yaml}    name: twice\n`, ['a.yaml:8:5: member written twice (duplicate)']],
    [
      'a.yaml',
      yaml.replace('user:ada', '7').replace('2026-03-02T12:00:00Z', '12:00'),
      ['a.yaml:4:5: /tests/0/subject: must be text or an object, is `7` (type)'],
    ],
    [
      'a.yaml',
      yaml.replace('policy: policy.json\n', ''),
      [
        'a.yaml:1:1: /policy: missing member `policy`: the path of the policy, from this file (missing)',
      ],
    ],
    [
      'a.yaml',
      yaml.replace('policy.json', 'none.json'),
      ['none.json: cannot be read: ENOENT (reference)'],
    ],
    ['a.yaml', yaml.replace('policy.json', '.'), [': is not a file (type)']],
    [
      'a.yaml',
      `changes: { remove: { users: [eve] } }\n${yaml}`,
      ['a.yaml:1:30: /changes/remove/users/0: nothing to remove `eve` (reference)'],
    ],
    [
      'a.json',
      tests.replace('}', ',}'),
      ['a.json: not JSON at line 1, column 149: unexpected `}` (format)'],
    ],
    ['a.json', yaml, ['a.json: not JSON at line 1, column 1: unexpected `p` (format)']],
    [
      'a.json',
      tests.replace('"permit"', '"no"').replace('"policy"', '"policy":"x","policy"'),
      ['a.json: /policy: member written twice, again at line 1, column 15 `policy` (duplicate)'],
    ],
  ])('%s: %j', (name, content, expected) => {
    expect(faults(name, content).map((text) => text.replace(files.path, ''))).toEqual(expected);
  });

  test('not where it is no UTF-8, or its policy is not valid', () => {
    expect(faults('a.yaml', new Uint8Array([0x61, 0xff, 0x62]))).toEqual([
      'a.yaml: is not UTF-8 text (format)',
    ]);
    files.file('policy.json', '{"version": 2}');
    expect(faults('a.yaml', yaml)).toEqual([
      'policy.json: /version: must be 1, is `2` (value)',
      'policy.json: /organization: missing member `organization` (missing)',
    ]);
  });

  test('with deprecated roles only where it says so, or whoever runs it does', () => {
    const old = {
      ...site({}),
      organization: {
        id: 'org',
        timeZone: 'UTC',
        roles: {
          id: 'm',
          roles: [
            {
              id: 'door_access',
              levels: ['group'],
              rank: 1,
              permissions: { door: ['unlock'] },
              deprecated: true,
            },
          ],
        },
      },
      assignments: [right('a', 'ada')],
    };
    files.file('policy.json', JSON.stringify(old));
    expect(faults('a.yaml', yaml)).toEqual([expect.stringContaining('(role_deprecated)')]);
    expect(faults('a.yaml', `allowDeprecatedRoles: true\n${yaml}`)).toEqual([]);
    expect(faults('a.yaml', yaml, { allowDeprecatedRoles: true })).toEqual([]);
  });
});

describe('files are found', () => {
  test('by their names in folders, whatever they are called where they are named', () => {
    for (const dir of ['b', 'b/node_modules', 'b/.hidden', 'b/deep/er'])
      mkdirSync(join(files.path, dir), { recursive: true });
    for (const name of [
      'z.policy-test.yaml',
      'b/a.policy-test.yml',
      'b/deep/er/x.policy-test.json',
      'b/node_modules/n.policy-test.yaml',
      'b/.hidden/h.policy-test.yaml',
      'b/plain.yaml',
      'odd.txt',
    ])
      files.file(name, '');
    symlinkSync(files.path, join(files.path, 'b/loop'));
    const found = findTestFiles([
      files.path,
      join(files.path, 'odd.txt'),
      join(files.path, 'z.policy-test.yaml'),
      join(files.path, 'none'),
    ]);
    const short = (path: string) => path.slice(files.path.length + 1);
    expect(found.files.map(short)).toEqual([
      'b/a.policy-test.yml',
      'b/deep/er/x.policy-test.json',
      'z.policy-test.yaml',
      'odd.txt',
    ]);
    expect(found.missing.map(({ path, why }) => [short(path), why])).toEqual([
      ['none', 'there is no such file'],
    ]);
  });
});

describe('in another test runner', () => {
  test('tests have names, are run one by one, and throw what differs', () => {
    files.file('policy.json', policy);
    const file = files.file(
      'a.json',
      JSON.stringify(
        documentOf([one(), one({ name: 'b', expect: 'deny' }), one({ name: 'c', skip: 'later' })]),
      ),
    );
    const [good, bad, skipped] = policyTests(file);
    expect([good?.name, bad?.name, skipped?.name]).toEqual(['ada at noon', 'b', 'c']);
    expect([good?.skip, skipped?.skip]).toEqual([false, 'later']);
    expect(good?.run()).toBeUndefined();
    let failure: unknown;
    try {
      bad?.run();
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(PolicyTestFailure);
    expect(failure).toMatchObject({
      expected: 'decision: deny',
      actual: 'decision: permit',
      message:
        'b\nasked: user `ada`, `unlock` door `front` at 2026-03-02T12:00:00Z\ndecision: expected deny, got permit\nanswer: permit (clause D9): granted at door `front`, by `a`',
    });
  });

  test('changes of the file are made first', () => {
    files.file('policy.json', policy);
    const changes = { remove: { assignments: ['a'] } };
    const file = files.file(
      'a.json',
      JSON.stringify(documentOf([one({ expect: 'no_access_right' })], { changes })),
    );
    expect(() => policyTests(file)[0]?.run()).not.toThrow();
  });

  test('a file that cannot be run throws at once', () => {
    expect(() => policyTests(files.file('a.json', '{}'))).toThrow(PolicyTestFileError);
  });
});

describe('files are followed', () => {
  /** Timers that fire when the test says so. */
  function stepped(): { host: PdpHost; step: () => Promise<void> } {
    let waiting: (() => void)[] = [];
    const host: PdpHost = {
      now: () => 0,
      elapsed: () => 0,
      setTimer(callback) {
        waiting.push(callback);
        return () => {
          waiting = waiting.filter((one) => one !== callback);
        };
      },
    };
    const step = async () => {
      const [next, ...rest] = waiting;
      waiting = rest;
      next?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { host, step };
  }

  test('read again only when one was written, appeared or went, and has lain still', async () => {
    const path = files.file('a.yaml', 'one');
    const later = join(files.path, 'b.yaml');
    const ending = new AbortController();
    const { host, step } = stepped();
    let reads = 0;
    const find = () => findTestFiles([files.path]).files.concat(path);
    const done = followFiles({
      find,
      take: async () => {
        reads++;
        return new Map(find().map((file) => [file, fileMark(file)]));
      },
      signal: ending.signal,
      host,
    });
    await step();
    expect(reads).toBe(1);
    for (let look = 0; look < 5; look++) await step();
    expect(reads).toBe(1);

    writeFileSync(path, 'half');
    await step();
    // Written on while it is waited for: not read yet, however often.
    for (let look = 0; look < 3; look++) {
      writeFileSync(path, `half ${'x'.repeat(look + 1)}`);
      await step();
      expect(reads).toBe(1);
    }
    await step();
    expect(reads).toBe(2);

    writeFileSync(`${later.slice(0, -5)}.policy-test.yaml`, 'new');
    for (let look = 0; look < 3; look++) await step();
    expect(reads).toBe(3);
    rmSync(`${later.slice(0, -5)}.policy-test.yaml`);
    for (let look = 0; look < 3; look++) await step();
    expect(reads).toBe(4);
    utimesSync(path, 1, 1);
    for (let look = 0; look < 3; look++) await step();
    expect(reads).toBe(5);

    ending.abort();
    await done;
  });

  test('what was written while files were read is read again', async () => {
    const path = files.file('a.yaml', 'one');
    const ending = new AbortController();
    const { host, step } = stepped();
    const seen: string[] = [];
    const done = followFiles({
      find: () => [path],
      take: async () => {
        const mark = fileMark(path);
        seen.push(mark);
        if (seen.length === 1) writeFileSync(path, 'another, longer');
        return new Map([[path, mark]]);
      },
      signal: ending.signal,
      host,
    });
    for (let look = 0; look < 6; look++) await step();
    expect(seen).toHaveLength(2);
    ending.abort();
    await done;
  });
});
