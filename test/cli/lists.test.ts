import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compilePolicy } from '../../src/index.js';
import { buildProgram, folder, run } from './program.js';
import { OFFICE_TIME, SITE, SUNDAY } from './site.js';

const files = folder();
const policy = files.file('policy.json', JSON.stringify(SITE));
const engine = compilePolicy(SITE);
let remove: () => void;
beforeAll(async () => {
  remove = await buildProgram();
});
afterAll(() => {
  remove();
  files.remove();
});

const json = async (...args: string[]) => JSON.parse((await run([...args, '--json'])).stdout);
const idsOf = (list: readonly { subject?: { id: string }; resource?: { id: string } }[]) =>
  list.map((one) => (one.subject ?? one.resource)?.id);

describe('who', () => {
  test('tells who may open now apart from who has access but not now, with the status', async () => {
    const args = ['who', policy, '--door', 'front', '--at', OFFICE_TIME];
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    const [now, notNow] = stdout.split('has access, but not now (3)');
    expect(now).toContain('may open now (2)');
    expect(now).toMatch(/ada +Ada Lovelace +by `staff-all`/u);
    expect(now).toMatch(/link courier +Courier +by `courier-all`/u);
    expect(notNow).toMatch(/ben +`ben-all` pending, not valid yet/u);
    expect(notNow).toMatch(/cleo +`cleo-all` expired/u);
    expect(notNow).toMatch(/dan +`dan-all` switched off/u);
    expect(stdout).not.toContain('eve');
    const data = await json(...args);
    expect([idsOf(data.now), idsOf(data.notNow)]).toEqual([
      ['ada', 'courier'],
      ['ben', 'cleo', 'dan'],
    ]);
    expect(data.notNow[0].assignments).toEqual([
      {
        id: 'ben-all',
        subject: { type: 'user', id: 'ben' },
        role: 'door_access',
        status: 'pending',
        enabled: true,
      },
    ]);
  });

  test('ends with 1 when nobody may, and says what the door asks for', async () => {
    const { code, stdout } = await run(['who', policy, '--door', 'front', '--at', SUNDAY]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/may open now \(0\)\n {2}nobody/u);
    expect(stdout).toMatch(
      /`staff-all` active, but the access schedule of\s+group `all` is closed/u,
    );
  });

  test('--facts, a file or JSON, are those of the question', async () => {
    const facts = files.file('facts.json', '{"secondFactor":true}');
    const args = ['who', policy, '--door', 'vault', '--at', OFFICE_TIME];
    expect((await run(args)).code).toBe(1);
    expect((await run([...args, '--facts', facts])).code).toBe(0);
    expect((await run([...args, '--facts', '{"secondFactor":true}'])).code).toBe(0);
    const twice = await run([...args, '--facts', `{"time":"${SUNDAY}"}`]);
    expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('both say a time') });
  });

  test('a door that stands unlocked is said to be open to everybody', async () => {
    const { code, stdout } = await run(['who', policy, '--door', 'lobby', '--at', OFFICE_TIME]);
    expect(code).toBe(0);
    expect(stdout).toContain('it stands unlocked: open to everybody');
  });

  test('--stop asks for get_access, and --action for another action', async () => {
    const stop = await json('who', policy, '--stop', 'lift-1', '--at', OFFICE_TIME);
    expect(stop.resource).toEqual({ type: 'elevator_stop', id: 'lift-1' });
    expect(idsOf(stop.now)).toEqual(['ada', 'courier']);
    const update = await run([
      'who',
      policy,
      '--door',
      'front',
      '--at',
      OFFICE_TIME,
      '--action',
      'update',
    ]);
    expect(update.code).toBe(1);
  });

  test('a list longer than --limit says how many it leaves out; --json leaves out none', async () => {
    const args = ['who', policy, '--door', 'front', '--at', OFFICE_TIME, '--limit', '1'];
    expect((await run(args)).stdout).toMatch(/and 2 more; --limit prints more, --json all/u);
    expect((await json(...args)).notNow).toHaveLength(3);
  });

  test('without --at it asks about now and says that it read the clock', async () => {
    const { stdout } = await run(['who', policy, '--door', 'front']);
    expect(stdout).toContain('(now, by the clock of this machine)');
  });
});

describe('doors', () => {
  test('lists the doors of a user by team, and those of a link', async () => {
    const ada = await json('doors', policy, '--user', 'ada', '--at', OFFICE_TIME);
    expect([idsOf(ada.now), idsOf(ada.notNow)]).toEqual([['front', 'lobby', 'lift-1'], ['vault']]);
    const courier = await json('doors', policy, '--link', 'courier', '--at', SUNDAY);
    expect([idsOf(courier.now), idsOf(courier.notNow)]).toEqual([[], ['front', 'vault', 'lift-1']]);
  });

  test('ends with 1 when none opens; text names door, right and status', async () => {
    const { code, stdout } = await run(['doors', policy, '--user', 'ben', '--at', SUNDAY]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/front +Front door +`ben-all` pending, not valid yet/u);
    expect(stdout).toContain('elevator stop lift-1');
  });
});

describe('matrix', () => {
  test('every cell is what the engine says about that person and door', async () => {
    const data = await json('matrix', policy, '--at', OFFICE_TIME);
    expect(data.subjects.map((one: { id: string }) => one.id)).toEqual([
      'ada',
      'ben',
      'cleo',
      'dan',
      'eve',
      'courier',
    ]);
    expect(data.resources.map((one: { id: string }) => one.id)).toEqual([
      'front',
      'vault',
      'lobby',
      'lift-1',
    ]);
    for (const [row, subject] of data.subjects.entries()) {
      for (const [column, resource] of data.resources.entries()) {
        const action = { name: resource.type === 'door' ? 'unlock' : 'get_access' };
        const may = engine.check({ subject, action, resource, context: { time: OFFICE_TIME } });
        expect(data.cells[row][column] === 'now', `${subject.id} ${resource.id}`).toBe(may);
      }
    }
    expect(data.cells[0]).toEqual(['now', 'not_now', 'now', 'now']);
    expect(data.cells[4]).toEqual(['none', 'none', 'now', 'none']);
  });

  test('is printed with a legend, and can be narrowed', async () => {
    const { code, stdout } = await run([
      'matrix',
      policy,
      '--at',
      OFFICE_TIME,
      '--team',
      'inner',
      '--user',
      'ben',
      '--group',
      'all',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}ada +Y +o +Y$/mu);
    expect(stdout).toMatch(/^ {2}ben +o +o +o$/mu);
    expect(stdout).not.toContain('cleo');
    expect(stdout).toContain('Y may open now   o has access, but not now   . has no access');
  });

  test('over its cap it is refused with a way out', async () => {
    const users = Array.from({ length: 30_000 }, (_, index) => ({ id: `u${index}` }));
    const large = files.file(
      'large.json',
      JSON.stringify({ ...SITE, users: [...SITE.users, ...users] }),
    );
    const { code, stderr } = await run(['matrix', large, '--at', OFFICE_TIME]);
    expect(code).toBe(2);
    expect(stderr).toContain('more than 100000 cells; choose some with --place');
    expect((await run(['matrix', large, '--at', OFFICE_TIME, '--user', 'u7'])).code).toBe(0);
  });
});
