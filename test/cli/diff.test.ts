/** `doorwright diff`: what it prints of a difference, that names cannot write Markdown, and its exit codes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { marked } from 'marked';
import { afterAll, describe, expect, test } from 'vitest';
import type {
  OpeningChange,
  PolicyDiff,
  RightChange,
} from '../../src/analysis/diff/policy-diff.js';
import { whenOf } from '../../src/analysis/week-pattern.js';
import type { When } from '../../src/analysis/when.js';
import { luxonTimeZones } from '../../src/checks/time/luxon-zones.js';
import { compileSchedule } from '../../src/checks/time/schedule.js';
import { compileZone } from '../../src/checks/time/zone.js';
import { DIFF } from '../../src/cli/commands/diff.js';
import { diffMarkdown } from '../../src/cli/diff-markdown.js';
import { pageOfDiff } from '../../src/cli/diff-page.js';
import { diffText } from '../../src/cli/diff-text.js';
import { whenWords } from '../../src/cli/diff-when.js';
import type { Entity } from '../../src/engine/request.js';
import type { ScheduleBody } from '../../src/policy/document.js';
import { runs } from '../helpers/runs.js';
import { SEED } from '../helpers/worlds.js';
import { folder } from './program.js';
import { say } from './terminal.js';

const files = folder();
afterAll(() => files.remove());

const FROM = '2026-01-05T00:00:00Z';
const UNTIL = '2027-01-11T00:00:00Z';
const span = { from: Date.parse(FROM), until: Date.parse(UNTIL) };
const berlin = compileZone(luxonTimeZones, 'Europe/Berlin');
const always: When = { spans: [{ from: FROM, until: UNTIL }], week: 'always', dates: [] };

function whenOpen(body: ScheduleBody): When {
  return whenOf(
    [...compileSchedule(body, undefined, berlin).openSpans(span.from, span.until)],
    span,
    berlin,
  );
}

function opening(users: readonly string[], more: Partial<OpeningChange> = {}): OpeningChange {
  const named = users.map((id) => ({ type: 'user', id }));
  const answer = (decision: boolean) => ({
    decision,
    context: {
      reason: decision ? 'granted' : 'no_access_right',
      reasons: [],
      grants: [],
      revision: 1,
    } as const,
  });
  return {
    kind: 'opening',
    effect: 'gains',
    subjects: { named, others: false },
    action: 'unlock',
    resources: [{ type: 'door', id: 'vault' }],
    circumstances: [],
    when: always,
    witness: {
      request: {
        subject: { type: 'user', id: users[0] ?? 'nobody' },
        action: { name: 'unlock' },
        resource: { type: 'door', id: 'vault' },
        context: { time: FROM },
      },
      before: answer(false),
      after: answer(true),
    },
    ...more,
  };
}

function right(more: Partial<RightChange> = {}): RightChange {
  const { witness } = opening(['ada']);
  return {
    kind: 'right',
    effect: 'loses',
    subjects: { named: [{ type: 'user', id: 'ada' }], others: false },
    permissions: [{ type: 'camera', actions: ['delete', 'view'] }],
    reach: {
      kind: 'within',
      within: [{ type: 'place', id: 'hq' }],
      outside: [{ type: 'group', id: 'g' }],
    },
    when: always,
    witness,
    ...more,
  };
}

const diffOf = (
  openings: readonly OpeningChange[],
  rights: readonly RightChange[] = [],
): PolicyDiff => ({
  from: FROM,
  until: UNTIL,
  revisions: [1, 2],
  openings,
  rights,
  restrictions: [],
});

const terminal = { width: 80, paint: (_: unknown, text: string) => text } as never;
const textOf = (
  diff: PolicyDiff,
  nameOf = (_: Entity): string | undefined => undefined,
  max = 100,
) => diffText(pageOfDiff(diff, nameOf), max, terminal).join('\n');
const markdownOf = (
  diff: PolicyDiff,
  nameOf = (_: Entity): string | undefined => undefined,
  max = 100,
) => diffMarkdown(pageOfDiff(diff, nameOf), max).join('\n');

describe('when, in words', () => {
  const office = { days: ['mo', 'tu', 'we', 'th', 'fr'] as const, from: '09:00', until: '17:00' };

  test('a week, its nights and the dates on which it is otherwise', () => {
    expect(whenWords(always)).toBe('always');
    const body = {
      windows: [
        { ...office, days: [...office.days] },
        { days: ['fr' as const, 'su' as const], from: '22:00', until: '02:00' },
      ],
      except: [{ from: '2026-12-24', until: '2026-12-28' }],
    };
    expect(whenWords(whenOpen(body))).toBe(
      'mo–fr 09:00–17:00, fr su 22:00–02:00; but from 2026-12-24 through 2026-12-27 not at all, on 2026-12-28 09:00–17:00 (Europe/Berlin)',
    );
  });

  test('the date from which and through which it goes on, and a day that is seldom one of the week by its date', () => {
    const events = [{ from: '2026-03-10T18:00', until: '2026-03-10T20:00' }];
    const body = { windows: [{ ...office, days: [...office.days].slice(3) }], events };
    const full = whenOpen(body).spans.map((each) => ({
      from: Date.parse(each.from),
      until: Date.parse(each.until),
    }));
    const march = full.filter(
      (each) => each.from > Date.parse('2026-03-01') && each.from < Date.parse('2026-04-30'),
    );
    expect(whenWords(whenOf(march, span, berlin))).toBe(
      'th fr 09:00–17:00 from 2026-02-28 through 2026-04-29; but on 2026-03-10 18:00–20:00 (Europe/Berlin)',
    );
  });

  test('single dates, and spans where no clock says it', () => {
    const events = [{ from: '2026-03-04T08:00', until: '2026-03-04T09:30' }];
    expect(whenWords(whenOpen({ events }))).toBe('on 2026-03-04 08:00–09:30 (Europe/Berlin)');
    expect(whenWords({ spans: [{ from: FROM, until: UNTIL }] })).toBe(`${FROM} to ${UNTIL}`);
    const many = Array.from({ length: 9 }, () => ({ from: FROM, until: UNTIL }));
    expect(whenWords({ spans: many })).toMatch(/ and 4 more$/u);
  });
});

describe('the page for a terminal', () => {
  const names = ({ id }: Entity) => ({ vault: 'The vault', ada: 'Ada' })[id];

  test('begins with who gains what, people counted once', () => {
    const sunday = whenOpen({ windows: [{ days: ['su'], from: '10:00', until: '12:00' }] });
    const text = textOf(diffOf([opening(['ada', 'bob', 'eve'], { when: sunday })]), names);
    expect(text).toContain('3 people gain door `vault` (`The vault`): su 10:00–12:00');
    expect(text).toContain('Gains: doors and stops (1)');
    expect(text).toContain('user `ada` (`Ada`), user `bob`, user `eve` may now open door `vault`');
    const twice = textOf(diffOf([opening(['ada'], { when: sunday }), opening(['ada'])]), names);
    expect(twice).toContain('1 person gains door `vault` (`The vault`): at several times');
  });

  test('says who is meant where nobody is named, and nothing of a device where any but a refused one will do', () => {
    const device = (label: string): OpeningChange['circumstances'] => [
      { fact: 'device', values: [{ key: label, label, facts: {} }] },
    ];
    const stranger = opening([], {
      effect: 'loses',
      subjects: { named: [], others: false, everybodyElse: true },
      resources: [{ type: 'door', id: '*' }],
      circumstances: device('naming credential `c` of user `bob`'),
    });
    const usual = opening(['ada'], { circumstances: device('no device that is refused') });
    const open = opening([], {
      subjects: { named: [], others: true },
      resources: [{ type: 'door', id: 'front' }],
    });
    for (const page of [
      textOf(diffOf([stranger, usual, open])).replaceAll(/\s+/gu, ' '),
      markdownOf(diffOf([stranger, usual, open])),
    ]) {
      expect(page).toContain('everybody else loses any door: always, under conditions');
      expect(page).toMatch(/everybody else (\| )?may no longer open any door/u);
      expect(page).toContain('naming credential `c` of user `bob`');
      expect(page).toContain('everybody without a right there gains door `front`: always');
      expect(page).toContain('1 person gains door `vault`: always');
      expect(page).not.toContain('refused one');
      expect(page).not.toContain('no device');
    }
  });

  test('says rights by what they reach, and an empty difference in so many words', () => {
    const text = textOf(diffOf([], [right()])).replaceAll(/\s+/gu, ' ');
    expect(text).toContain(
      'user `ada` may no longer `camera`: delete, view within place `hq`, outside of group `g`',
    );
    expect(text).toContain('1 person loses rights beside opening: `camera`');
    const named: RightChange['reach'] = {
      kind: 'named',
      resources: [{ type: 'user', id: 'bob' }],
      into: [{ type: 'group', id: 'g' }],
    };
    expect(textOf(diffOf([], [right({ reach: named })])).replaceAll(/\s+/gu, ' ')).toContain(
      'of user `bob` into group `g`',
    );
    expect(textOf(diffOf([]))).toContain('no request is answered differently');
  });

  test('cuts long lists with a count, and control characters never reach the terminal', () => {
    const openings = Array.from({ length: 9 }, (_, index) =>
      opening([`u${index}`], { resources: [{ type: 'door', id: `d${index}` }] }),
    );
    const text = textOf(diffOf(openings), () => 'x\u001b[2J\u202e', 4);
    expect(text).toContain('and 5 more; --limit prints more, --json all');
    expect(text).toContain('\\u{1b}[2J\\u{202e}');
    expect(text).not.toContain('\u001b');
  });
});

describe('Markdown', () => {
  const HOSTILE = [
    '<script>alert(1)</script>',
    '</details><img src=x onerror=y>',
    '`` `a` ``',
    '` <b>x</b> `',
    '| x | y |',
    '\\| \\` \\',
    '@octocat fixes #12',
    '[x](javascript:a)',
    'https://evil.example',
    '# t\n| a |\n|---|',
    '*a* _b_ ~~c~~',
    '&lt;b&gt;',
    '\u202eevil',
  ];

  /** Tags of rendered Markdown, and all text outside of code. */
  function rendered(markdown: string): { tags: Set<string>; loose: string; cells: number[] } {
    const html = marked.parse(markdown, { async: false, gfm: true });
    const tags = new Set(
      [...html.matchAll(/<\/?([a-z0-9]+)/gu)].map((match) => match[1] as string),
    );
    const loose = html.replaceAll(/<code>[^<]*<\/code>/gu, '').replaceAll(/<[^>]*>/gu, '');
    const cells = [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/gu)].map(
      (row) => [...(row[1] as string).matchAll(/<t[dh][ >]/gu)].length,
    );
    return { tags, loose, cells };
  }

  const PLAIN = [
    'h2',
    'h3',
    'ul',
    'li',
    'p',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
    'code',
    'ol',
    'details',
    'summary',
  ];

  function harmless(name: string): void {
    const subjects = { named: [{ type: 'user', id: 'ada' }], others: true };
    const circumstances: OpeningChange['circumstances'] = [
      {
        fact: 'location',
        values: [{ key: 'outside', label: 'outside the fence of door `front`', facts: {} }],
      },
    ];
    const witness = opening([name]).witness;
    const diff = diffOf([opening(['ada'], { subjects, circumstances, witness })], [right()]);
    const markdown = markdownOf(diff, () => name);
    const { tags, loose, cells } = rendered(markdown);
    expect([...tags].filter((tag) => !PLAIN.includes(tag))).toEqual([]);
    expect(loose).not.toMatch(/alert|evil|octocat|onerror|@/u);
    expect(cells).toEqual([5, 5, 5, 5]);
  }

  // Fails as soon as a name stands outside a code span, ends its span or splits its cell.
  test.each(HOSTILE)('a name cannot write Markdown, HTML, links or mentions: %j', harmless);

  test('nor can any name made of the signs that matter', () => {
    const sign = fc.constantFrom(...'`|\\<>[]()*_~#@&!-\n\t :/ab'.split(''), '\u0000', '\u2028');
    const name = fc.array(sign, { minLength: 1, maxLength: 30 }).map((signs) => signs.join(''));
    fc.assert(fc.property(name, harmless), { seed: SEED, numRuns: runs(150) });
  });

  test('begins with the summary, has a table for each effect and folds the examples away', () => {
    const markdown = markdownOf(
      diffOf([opening(['ada']), opening(['bob'], { effect: 'loses' })], [right()]),
    );
    expect(markdown.indexOf('1 person gains door')).toBeLessThan(markdown.indexOf('### '));
    for (const title of [
      '### Gains: doors and stops',
      '### Loses: doors and stops',
      '### Loses: other rights',
    ]) {
      expect(markdown).toContain(title);
    }
    expect(markdown.match(/<details><summary>Examples<\/summary>/gu)).toHaveLength(3);
    expect(markdownOf(diffOf([]))).toContain('## Policy: no difference');
    const long = markdownOf(
      diffOf(Array.from({ length: 9 }, () => opening(['ada']))),
      undefined,
      4,
    );
    expect(long).toContain('\nand 5 more\n');
  });
});

describe('the command', () => {
  const base = {
    version: 1,
    revision: 4,
    organization: { id: 'o', timeZone: 'Europe/Berlin' },
    places: [{ id: 'hq' }],
    doors: [{ id: 'vault', place: 'hq', name: 'The <vault>' }],
    groups: [{ id: 'g', doors: ['vault'] }],
    users: [{ id: 'ada', name: 'Ada' }],
  };
  const held = {
    ...base,
    revision: 5,
    assignments: [
      {
        id: 'a',
        subject: { type: 'user', id: 'ada' },
        role: 'door_access',
        scope: { type: 'group', id: 'g' },
      },
    ],
  };
  const write = (name: string, value: unknown) => {
    const file = join(files.path, name);
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
    return file;
  };
  const [before, after] = [write('before.json', base), write('after.json', held)];
  const times = ['--from', FROM, '--until', UNTIL];

  test('exits with 1 and tells the difference in three formats, all of it in JSON', async () => {
    const text = await say(DIFF, before, after, ...times);
    expect([text.code, text.error]).toEqual([1, '']);
    expect(text.stdout).toContain('1 person gains door `vault` (`The <vault>`): always');
    const json = await say(DIFF, before, after, ...times, '--json');
    const diff = JSON.parse(json.stdout) as PolicyDiff;
    expect([json.code, diff.revisions, diff.from, diff.until]).toEqual([1, [4, 5], FROM, UNTIL]);
    expect(diff.openings.map(({ effect }) => effect)).toContain('gains');
    expect((await say(DIFF, before, after, ...times, '--format', 'json')).stdout).toBe(json.stdout);
    const markdown = await say(DIFF, before, after, ...times, '--format', 'markdown');
    expect(markdown.stdout).toMatch(
      /^## Policy: what changes\n\n- 1 person gains door `vault` \(`The <vault>`\)/u,
    );
  });

  test('exits with 0 where nothing differs, a new name and revision included', async () => {
    const renamed = write('renamed.json', {
      ...base,
      revision: 9,
      users: [{ id: 'ada', name: 'Eve' }],
    });
    const same = await say(DIFF, before, renamed, ...times);
    expect([same.code, same.stdout]).toEqual([
      0,
      expect.stringContaining('no request is answered differently'),
    ]);
    expect((await say(DIFF, before, before)).code).toBe(0);
  });

  test.each([
    [['x.json'], 'cannot read'],
    [[], 'the policy before is missing'],
  ])('exits with 2 for %j', async (words, message) => {
    const said = await say(DIFF, ...words, ...(words.length > 0 ? [after] : []));
    expect([said.code, said.error]).toEqual([2, expect.stringContaining(message)]);
  });

  test('exits with 2 for a policy that is none, a format or a time that is none', async () => {
    const bad = write('bad.json', { ...base, users: [{ id: 'ada' }, { id: 'ada' }] });
    const cases = [
      [[before], 'the policy after is missing'],
      [[before, bad], 'is no valid policy'],
      [[before, after, '--format', 'xml'], 'must be one of text, json, markdown'],
      [[before, after, '--format', 'text', '--json'], 'two formats'],
      [[before, after, '--from', FROM, '--until', FROM], 'must be after'],
      [[before, after, '--from', '2026-01-01'], 'needs a time with its offset'],
      [['-', '-'], 'only one of the two'],
    ] as const;
    for (const [words, message] of cases) {
      const said = await say(DIFF, ...words);
      expect([said.code, said.error]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});
