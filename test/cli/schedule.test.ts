import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildProgram, folder, run } from './program.js';
import { SITE } from './site.js';
import { wellFormed } from './xml.js';

const files = folder();
const night = files.file(
  'night.json',
  JSON.stringify({
    name: 'Nights',
    windows: [{ days: ['sa', 'su'], from: '22:00', until: '05:00' }],
    except: [{ from: '2026-03-25', until: '2026-03-26' }],
  }),
);
let remove: () => void;
beforeAll(async () => {
  remove = await buildProgram();
});
afterAll(() => {
  remove();
  files.remove();
});
const BERLIN = ['--zone', 'Europe/Berlin'];

describe('schedule', () => {
  test('--at answers open with 0 and closed with 1, on the wall and as JSON', async () => {
    const open = await run(['schedule', night, ...BERLIN, '--at', '2026-03-29T03:30:00+02:00']);
    expect(open).toMatchObject({ code: 0, stderr: '' });
    expect(open.stdout).toBe(
      'open at Sun 2026-03-29 03:30 +02:00, Europe/Berlin; until Sun 2026-03-29 05:00 +02:00\n',
    );
    const closed = await run(['schedule', night, ...BERLIN, '--at', '2026-03-29T03:00Z', '--json']);
    expect(closed.code).toBe(1);
    expect(JSON.parse(closed.stdout)).toEqual({
      open: false,
      at: '2026-03-29T03:00:00Z',
      until: '2026-03-29T20:00:00Z',
    });
  });

  test('--from --until prints spans: six hours in March, eight in October, UTC a line with --json', async () => {
    const march = ['--from', '2026-03-28T12:00Z', '--until', '2026-03-29T12:00Z'];
    const text = await run(['schedule', night, ...BERLIN, ...march]);
    expect(text.stdout).toBe(
      'Sat 2026-03-28 22:00 +01:00  to  Sun 2026-03-29 05:00 +02:00   6 h\n',
    );
    const october = ['--from', '2026-10-24T12:00Z', '--until', '2026-10-25T22:00Z', '--json'];
    const { code, stdout } = await run(['schedule', night, ...BERLIN, ...october]);
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { from: '2026-10-24T20:00:00Z', until: '2026-10-25T04:00:00Z' },
      { from: '2026-10-25T21:00:00Z', until: '2026-10-25T22:00:00Z' },
    ]);
  });

  test.each([
    ['2026-03-29', /Sun 29 Mar {2}####\/\/####\.+####/u, 'no 02:00-03:00'],
    ['2026-10-25', /Sun 25 Oct {2}####22####\.+####/u, '02:00-03:00 twice'],
  ])('the week of %s marks the hour the clocks change', async (date, line, note) => {
    const { code, stdout } = await run(['schedule', night, ...BERLIN, '--week', date]);
    expect(code).toBe(0);
    expect(stdout).toMatch(line);
    expect(stdout).toContain(note);
    expect(Math.max(...stdout.split('\n').map((one) => one.length))).toBeLessThanOrEqual(80);
  });

  test('without a question it draws this week and says that it read the clock', async () => {
    const { code, stdout } = await run(['schedule', night, ...BERLIN]);
    expect(code).toBe(0);
    expect(stdout).toContain('(this week, by the clock of this machine)');
    expect(stdout.match(/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) /gmu)).toHaveLength(7);
  });

  test('--svg writes an image to a file or to standard output', async () => {
    const out = join(files.path, 'week.svg');
    const week = ['schedule', night, ...BERLIN, '--week', '2026-10-25', '--svg'];
    expect(await run([...week, out])).toMatchObject({ code: 0, stdout: `wrote ${out}\n` });
    const image = readFileSync(out, 'utf8');
    expect(wellFormed(image)).toBe('svg');
    expect((await run([...week, '-'])).stdout).toBe(image);
    expect(await run([...week, join(files.path, 'no/such/folder.svg')])).toMatchObject({ code: 2 });
  });

  test('--week --json is the week as data', async () => {
    const { stdout } = await run(['schedule', night, ...BERLIN, '--week', '2026-03-27', '--json']);
    const week = JSON.parse(stdout);
    expect(week.days).toHaveLength(7);
    expect(week.days[2]).toMatchObject({ date: '2026-03-25', open: [], closed: '' });
    expect(week.days[6]).toMatchObject({ date: '2026-03-29', gaps: [{ from: 120, until: 180 }] });
  });

  test('a schedule of a policy is picked by --id, and falls back to the zone of the organisation', async () => {
    const policy = files.file('policy.json', JSON.stringify(SITE));
    const { code, stdout } = await run([
      'schedule',
      policy,
      '--id',
      'office',
      '--at',
      '2026-11-24T05:30Z',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('Europe/Berlin');
    const wrong = await run(['schedule', policy, '--id', 'offise', '--at', '2026-11-24T05:30Z']);
    expect(wrong.stderr).toContain('did you mean `office`?');
  });

  test('a calendar beside the schedule closes its days by name', async () => {
    const file = files.file(
      'with-calendar.json',
      JSON.stringify({
        schedule: {
          windows: [{ days: ['mo', 'tu'], from: '08:00', until: '18:00' }],
          calendar: 'c',
          timeZone: 'Europe/Berlin',
        },
        calendars: [{ id: 'c', days: [{ date: '2026-11-23', name: 'Stocktaking' }] }],
      }),
    );
    const { stdout } = await run(['schedule', file, '--week', '2026-11-23']);
    expect(stdout).toMatch(/Mon 23 Nov {2}x{48} {2}closed day\n +\(Stocktaking\)/u);
    expect(stdout).toMatch(/Tue 24 Nov .* 08:00-18:00/u);
  });

  test.each([
    [[], 'say the one of the door with --zone'],
    [['--zone', 'Europe/Berlim'], 'did you mean `Europe/Berlin`?'],
    [['--zone', '+02:00'], 'unknown time zone'],
    [[...BERLIN, '--at', '2026-03-29T03:30:00'], 'offset from UTC'],
    [[...BERLIN, '--from', '2026-03-29T00:00Z'], '--from and --until belong together'],
    [
      [...BERLIN, '--from', '2026-03-29T00:00Z', '--until', '2026-03-28T00:00Z'],
      '--until must be after --from',
    ],
    [
      [...BERLIN, '--from', '1900-01-01T00:00Z', '--until', '2026-03-28T00:00Z'],
      'longer than 36525 days',
    ],
    [[...BERLIN, '--week', '2026-02-30'], 'no local date'],
    [[...BERLIN, '--at', '2026-03-29T00:00Z', '--week', '2026-03-29'], 'give one'],
    [[...BERLIN, '--id', 'x'], 'this file is none'],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await run(['schedule', night, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('a schedule that is not valid is refused with every issue', async () => {
    const file = files.file(
      'bad.json',
      '{"windows":[{"days":["mo"],"from":"9:00","until":"18:00"}],"colour":1}',
    );
    const { code, stderr } = await run(['schedule', file, ...BERLIN]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^\/windows\/0\/from: .*\(format\)$/mu);
    expect(stderr).toMatch(/^\/colour: .*\(unknown_member\)$/mu);
  });
});
