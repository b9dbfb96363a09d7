/** Questions that the portal's pages take beside the plain ones: both of a repeated hour, more facts, weeks of nobody, other models. */
import { expect, test } from 'vitest';
import { csvText } from '../../examples/portal/src/csv-text.js';
import { hintsAt } from '../../examples/portal/src/schema-hints.js';
import { instantOf, secondInstantOf } from '../../examples/portal/src/wall-clock.js';
import { text } from './page-text.js';
import { shoot, violations } from './portal-page.js';
import { portalSuite } from './portal-suite.js';

const portal = portalSuite();

// Fails when the second is sought a fixed hour later, or told for hours that come once.
test.each([
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T01:30:00.000Z'],
  ['2026-10-25T02:00', 'Europe/Berlin', '2026-10-25T01:00:00.000Z'],
  ['2026-10-25T03:00', 'Europe/Berlin', undefined],
  ['2026-10-25T01:59', 'Europe/Berlin', undefined],
  ['2026-03-29T02:30', 'Europe/Berlin', undefined],
  ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T15:15:00.000Z'],
  ['2026-04-05T01:29', 'Australia/Lord_Howe', undefined],
  ['2026-10-25T02:30', 'UTC', undefined],
  ['no time', 'Europe/Berlin', undefined],
])('the second %s of %s is %s', (wall, zone, expected) => {
  const second = secondInstantOf(wall, zone);
  expect(second === undefined ? undefined : new Date(second).toISOString()).toBe(expected);
  if (second !== undefined) expect(second).toBeGreaterThan(instantOf(wall, zone));
});

test('either of the two times that a clock shows can be asked about, and its link says which', async () => {
  const page = await portal.open(
    '#/decide?site=housing&who=user:hildegard&door=door:l4-laundry&at=2026-10-25T02:30',
  );
  expect(await text(page, 'pre')).toContain('2026-10-25T00:30:00.000Z');
  await page.selectOption('label:text("The clock shows this time twice") + select', 'yes');
  expect(await text(page, 'pre')).toContain('2026-10-25T01:30:00.000Z');
  const link = (await page.getAttribute('a:text("Link to this question")', 'href')) ?? '';
  const again = await portal.open(link);
  expect(await text(again, 'pre')).toContain('2026-10-25T01:30:00.000Z');
  await again.fill('input[type=datetime-local]', '2026-10-25T04:30');
  expect(await again.locator('label:text("The clock shows this time twice")').count()).toBe(0);
  expect(await text(again, 'pre')).toContain('2026-10-25T03:30:00.000Z');
});

test('facts without a field of their own are given as JSON, and what is none is said and left out', async () => {
  const page = await portal.open('#/decide?site=club&at=2026-11-27T23:00');
  const facts = 'label:text("More facts") + input';
  await page.fill(
    facts,
    '{"companions": ["rui"], "occupancy": 12, "time": "1999-01-01T00:00:00Z"}',
  );
  const { context } = JSON.parse(await text(page, 'pre'));
  expect(context).toMatchObject({ companions: ['rui'], occupancy: 12 });
  // The time has a field, and that is what holds.
  expect(context.time).toMatch(/^2026-11-27T/u);
  for (const wrong of ['{"companions": ', '[1]', 'null', '"text"']) {
    await page.fill(facts, wrong);
    expect(await text(page, 'form [role=status]')).toBe(
      'No JSON object, or a very long one: these facts are not used.',
    );
    expect(Object.keys(JSON.parse(await text(page, 'pre')).context)).toEqual(['time']);
  }
});

// Fails when they are read and then cannot be written: the page stayed empty.
test('an address with facts of forty thousand lists within each other is a question all the same', async () => {
  const lists = 40_000;
  const facts = `{"a":${'['.repeat(lists)}${']'.repeat(lists)}}`;
  const page = await portal.open(
    `#/decide?site=club&at=2026-11-27T23:00&facts=${encodeURIComponent(facts)}`,
  );
  expect(Object.keys(JSON.parse(await text(page, 'pre')).context)).toEqual(['time']);
  expect(await text(page, 'form [role=status]')).toContain('a very long one');
});

test('a week shows when a door stands unlocked for everybody, with and without a first arrival', async () => {
  const week = '#/week?site=coworking&of=everybody&week=2026-11-23';
  const page = await portal.open(`${week}&door=door:b-street`);
  expect(await text(page, '.needs')).toContain(
    'Stands unlocked once somebody was let in on that day',
  );
  await page.selectOption('label:text("Door or stop") + select', { index: 1 });
  await page.waitForSelector('.needs, main > p[role=status]');
  const housing = await portal.open(
    '#/week?site=housing&of=everybody&week=2026-11-23&door=door:u11-house',
  );
  expect(await text(housing, '.needs > li')).toMatch(/^Stands unlocked ?Mon/u);
  expect(await housing.locator('.week rect').count()).toBeGreaterThan(4);
  await shoot(housing, 'week-unlocked');
});

test('a week shows a schedule by itself, and the special days of its calendar', async () => {
  const page = await portal.open(
    '#/week?site=housing&of=schedule&schedule=working-hours&week=2026-12-21',
  );
  // Monday to Thursday: Christmas Day is a Friday, and closed.
  expect(await page.locator('.week rect').count()).toBe(4);
  expect(await text(page, '.special')).toMatch(/^★ Special days: .*25\/12 Christmas/u);
  expect(await text(page, 'svg.week')).toContain('★');
  await page.selectOption('label:text-is("Schedule") + select', 'newspaper-round');
  expect(await page.locator('.week rect').count()).toBe(7);
  expect(await violations(page)).toEqual([]);
  await shoot(page, 'week-schedule');
});

test('the matrix of each model that ships with the library can be looked at', async () => {
  const page = await portal.open('#/roles?site=club');
  expect(await text(page, 'thead')).toContain('Shift lead');
  await page.selectOption('label:text("Role model") + select', 'kiwi');
  expect(page.url()).toContain('model=kiwi');
  const kiwi = await text(page, 'thead');
  await page.selectOption('label:text("Role model") + select', 'kisi');
  expect(await text(page, 'thead')).not.toBe(kiwi);
});

test('a list as CSV shows control characters as signs, guards formulas and quotes what must be', () => {
  const bell = String.fromCharCode(7);
  const esc = String.fromCharCode(27);
  const rows = [
    ['=1+1', `a${bell}b`, `x\r\ny`, 'a,"b"'],
    [`${esc}[2J`, '\u202egnp.exe', '\u0085', '-'],
  ];
  expect(csvText(rows)).toBe(
    '\'=1+1,a\u2407b,x\u240d\u240ay,"a,""b"""\r\n\u241b[2J,\ufffdgnp.exe,\ufffd,\'-\r\n',
  );
});

const SCHEMA = {
  $defs: {
    door: { properties: { id: { type: 'string' }, kind: { enum: ['a', 'b'] } }, required: ['id'] },
  },
  properties: {
    version: { const: 1 },
    doors: { items: { $ref: '#/$defs/door' } },
    one: { anyOf: [{ $ref: '#/$defs/door' }, { properties: { other: {} } }] },
  },
  required: ['version'],
};

// `|` is the cursor. Fails when members that stand after it are offered again, or a string is taken for structure.
test.each([
  ['{|', '', ['version', 'doors', 'one']],
  ['{ "doors": [], | "version": 1 }', '', ['one']],
  ['{ "version": |', '', ['1']],
  ['{ "doors": [{ "id": "}{", | }] }', '/doors/0', ['kind']],
  ['{ "doors": [{ "id": "x" }, {| }], "version": 1 }', '/doors/1', ['id', 'kind']],
  ['{ "doors": [{ "kind": | }] }', '/doors/0', ['"a"', '"b"']],
  ['{ "one": { | } }', '/one', ['id', 'kind', 'other']],
  ['{ "elsewhere": { | } }', '/elsewhere', []],
  ['{ "doors": [{ "id": "not closed\n, | }] }', '/doors/0', ['kind']],
  ['|', '', []],
])('at %s the schema lets stand %s %j', (marked, pointer, names) => {
  const at = marked.indexOf('|');
  const hints = hintsAt(marked.replace('|', ''), at, SCHEMA);
  expect(hints.pointer).toBe(pointer);
  expect(hints.hints.map(({ name }) => name)).toEqual(names);
});

test('the editor offers what the published schema lets stand at the cursor, and writes it', async () => {
  const page = await portal.open('#/policy?site=club');
  await page.fill('textarea', '{"version": 1, ');
  await page.waitForSelector('.hints li');
  expect(await text(page, '.hints')).toContain('organization needed');
  await page.click('.hints button:text-is("organization")');
  expect(await page.inputValue('textarea')).toBe('{"version": 1, "organization": ');
  await page.keyboard.type('{');
  await page.waitForSelector('.hints summary:has-text("/organization")');
  expect(await violations(page)).toEqual([]);
});
