import { afterAll, describe, expect, test } from 'vitest';
import { REVIEW } from '../../src/cli/commands/review.js';
import { runHere } from './in-process.js';
import { folder } from './program.js';
import { OFFICE_TIME, SITE } from './site.js';

const files = folder();
const policy = files.file('policy.json', JSON.stringify(SITE));
afterAll(() => files.remove());

const ask = (...words: string[]) => runHere(REVIEW, [policy, '--at', OFFICE_TIME, ...words]);

describe('review', () => {
  test('has a header and a line for each right of each person at each door, with its status', async () => {
    const { code, stdout } = await ask('--by', 'door');
    expect(code).toBe(0);
    const [header, ...lines] = stdout.trimEnd().split('\r\n');
    expect(header).toMatch(/^resource_type,resource,/u);
    expect(lines.some((line) => /^door,front,Front door,.*,ada,.*,staff-all,/u.test(line))).toBe(
      true,
    );
    expect(lines.some((line) => line.includes(',ben-all,') && line.includes(',pending,'))).toBe(
      true,
    );
    expect(lines.some((line) => line.includes(',dan-all,') && line.includes(',false,'))).toBe(true);
  });

  test('by person has the same lines in another order; --json is --format ndjson', async () => {
    const lines = async (...words: string[]) => (await ask(...words)).stdout.trimEnd().split('\n');
    const byDoor = await lines('--by', 'door', '--format', 'ndjson');
    const byPerson = await lines('--by', 'person', '--json');
    expect([...byPerson].sort()).toEqual([...byDoor].sort());
    expect(byPerson).not.toEqual(byDoor);
  });

  test('reads no further than standard output takes', async () => {
    const users = Array.from({ length: 5000 }, (_, index) => ({ id: `u${index}` }));
    const large = files.file(
      'large.json',
      JSON.stringify({
        version: 1,
        organization: { id: 'o' },
        places: [{ id: 'p' }],
        doors: [{ id: 'd', place: 'p' }],
        users,
        assignments: users.map(({ id }) => ({
          id: `right-${id}`,
          subject: { type: 'user', id },
          role: 'place_door_access',
          scope: { type: 'place', id: 'p' },
        })),
      }),
    );
    const sizes: number[] = [];
    let goOn = (): void => undefined;
    const reader = (text: string) =>
      new Promise<void>((done) => {
        sizes.push(text.split('\r\n').length - 1);
        goOn = done;
      });
    const running = runHere(REVIEW, [large, '--at', OFFICE_TIME, '--by', 'door'], reader);
    const ended = running.then(() => true);
    // Nobody reads on: one batch is out, and no second is made.
    while (sizes.length === 0) await new Promise((turn) => setImmediate(turn));
    for (let turns = 0; turns < 50; turns++) await new Promise((turn) => setImmediate(turn));
    expect(sizes).toEqual([1024]);
    for (let turns = 0; turns < 10_000 && sizes.length < 5; turns++) {
      goOn();
      await new Promise((turn) => setImmediate(turn));
    }
    goOn();
    expect(await ended).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(5001);
  });

  test('ends with 1 where nobody holds anything, and refuses what it does not know', async () => {
    const empty = files.file('empty.json', '{"version":1,"organization":{"id":"o"}}');
    expect((await runHere(REVIEW, [empty, '--by', 'door'])).code).toBe(1);
    expect((await runHere(REVIEW, [empty, '--by', 'door', '--json'])).code).toBe(1);
    await expect(ask()).rejects.toThrow(/--by door or --by person/u);
    await expect(ask('--by', 'floor')).rejects.toThrow(/is door or person/u);
    await expect(ask('--by', 'door', '--format', 'xml')).rejects.toThrow(/is csv or ndjson/u);
    await expect(ask('--by', 'door', '--json', '--format', 'csv')).rejects.toThrow(/contradict/u);
  });
});
