/** `who --any-facts`, `who --ever` and `doors --week`. */
import { afterAll, describe, expect, test } from 'vitest';
import { DOORS } from '../../src/cli/commands/doors.js';
import { WHO } from '../../src/cli/commands/who.js';
import { whenLines } from '../../src/cli/need-text.js';
import { runHere } from './in-process.js';
import { folder } from './program.js';
import { OFFICE_TIME, SITE, SUNDAY } from './site.js';

const files = folder();
const policy = files.file('policy.json', JSON.stringify(SITE));
afterAll(() => files.remove());

const who = (...words: string[]) => runHere(WHO, [policy, ...words]);
const doors = (...words: string[]) => runHere(DOORS, [policy, ...words]);
const idsOf = (text: string) =>
  JSON.parse(text).people.map(({ subject }: { subject: { id: string } }) => subject.id);

describe('who with any facts', () => {
  test('lists whom the vault lets in, with the second factor it takes', async () => {
    const words = ['--door', 'vault', '--at', OFFICE_TIME];
    expect((await who(...words)).code).toBe(1);
    const { code, stdout } = await who(...words, '--any-facts');
    expect(code).toBe(0);
    expect(stdout).toMatch(/ada +Ada Lovelace +with a second factor; by `staff-all`/u);
  });

  test('--ever lists who comes later too, and nobody whose right has ended', async () => {
    const words = ['--door', 'front', '--at', OFFICE_TIME];
    const now = await who(...words, '--any-facts', '--json');
    const ever = await who(...words, '--ever', '--json');
    expect(idsOf(now.stdout)).toEqual(['ada', 'courier']);
    expect(idsOf(ever.stdout)).toEqual(['ada', 'ben', 'courier']);
    expect((await who(...words, '--ever')).stdout).toMatch(/ben +first Tue 2026-12-01 06:00/u);
  });

  test('options that contradict each other are refused', async () => {
    const words = ['--door', 'front', '--at', OFFICE_TIME];
    await expect(who(...words, '--ever', '--any-facts')).rejects.toThrow(/give one/u);
    await expect(who(...words, '--ever', '--facts', '{}')).rejects.toThrow(/--facts/u);
    await expect(who(...words, '--until', SUNDAY)).rejects.toThrow(/goes with `--ever`/u);
    await expect(who(...words, '--ever', '--until', OFFICE_TIME)).rejects.toThrow(/does not end/u);
  });
});

describe('doors over a span', () => {
  const week = ['--week', '--from', '2026-11-23T00:00:00+01:00'];

  test('tells the hours of each door and what it takes', async () => {
    const { code, stdout } = await doors('--user', 'ada', ...week);
    expect(code).toBe(0);
    expect(stdout).toMatch(/door `front` \(Front door\)\n {2}with nothing more\n {4}\S+/u);
    expect(stdout).toMatch(/door `vault`.*\n {2}with a second factor\n/u);
  });

  test('with --facts only what opens with these', async () => {
    const asked = async (...words: string[]) =>
      JSON.parse((await doors('--user', 'ada', ...week, '--json', ...words)).stdout).doors.map(
        (one: { resource: { id: string } }) => one.resource.id,
      );
    expect(await asked()).toContain('vault');
    expect(await asked('--facts', '{"method":"remote"}')).not.toContain('vault');
  });

  test('ends with 1 when none opens, and refuses half a span', async () => {
    expect((await doors('--user', 'eve', ...week)).stdout).not.toContain('front');
    await expect(doors('--user', 'ada', '--from', SUNDAY)).rejects.toThrow(/say both/u);
    await expect(doors('--user', 'ada', ...week, '--at', SUNDAY)).rejects.toThrow(/one instant/u);
    const facts = ['--facts', `{"time":"${SUNDAY}"}`];
    await expect(doors('--user', 'ada', ...week, ...facts)).rejects.toThrow(/say a time/u);
  });
});

// Fails where the last of several dates is left out: then a week of holidays reads as one day.
test('several dates on which it is otherwise are told from the first to the last', () => {
  const when = {
    spans: [],
    week: [{ days: ['mo', 'tu'], from: '08:00', until: '18:00' }],
    dates: [
      { date: '2026-12-24', until: '2027-01-02', spans: [] },
      { date: '2027-01-05', spans: [{ from: '08:00', until: '09:00' }] },
    ],
  };
  expect(whenLines(when, { timeZone: 'UTC', zone: undefined } as never, 9)).toEqual([
    'mo tu 08:00-18:00',
    '2026-12-24 through 2027-01-01 not at all',
    '2027-01-05 08:00-09:00',
  ]);
});
