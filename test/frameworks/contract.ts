/** What every framework adapter promises, asked of a real server on loopback. */
import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Pdp, PdpView, ServedDecision } from '../../src/adapters/pdp/pdp.js';
import type { DecisionTold } from '../../src/adapters/pdp/telling.js';
import type { Entity } from '../../src/engine/request.js';
import { ask, askRaw, dial } from './client.js';
import { contractPdp, NOON, type Running, type Service, serviceOf } from './service.js';

/** Starts a server of the framework on port 0 of loopback; see `Service` for its routes. */
export type Start = (service: Service) => Promise<Running>;

const ADA = { 'x-user': 'ada' };
const BOB = { 'x-user': 'bob' };
const FRONT = '/doors/front/unlock';
const VAULT = '/doors/vault/unlock';

/** Runs the contract of route guards. */
export function contractOf(name: string, start: Start): void {
  const running: Running[] = [];
  const serve = async (parts: Partial<Service> = {}) => {
    const service = serviceOf(parts);
    const { server, close } = await start(service);
    running.push({ server, close });
    return { service, server };
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map(({ close }) => close()));
  });

  describe(`${name}: a guarded route`, () => {
    verdicts(serve);
    faults(serve);
    views(serve);
    paths(serve);
    listeners(serve);
    hangingUp(serve);
  });
}

type Serve = (parts?: Partial<Service>) => Promise<{
  readonly service: ReturnType<typeof serviceOf>;
  readonly server: Running['server'];
}>;

function verdicts(serve: Serve): void {
  test('runs for whoever the policy permits, and knows whom it serves', async () => {
    const { service, server } = await serve();
    const told = await ask(server, 'POST', FRONT, ADA);
    expect([told.status, JSON.parse(told.text)]).toEqual([
      200,
      { by: 'ada', door: 'front', action: 'unlock' },
    ]);
    expect(service.log.map(({ served }) => served.context)).toMatchObject([
      { reason: 'granted', grants: ['ada-staff'] },
    ]);
  });

  test('refuses without saying why, unless it is told to', async () => {
    const plain = await serve();
    const told = await ask(plain.server, 'POST', FRONT, BOB);
    expect([told.status, JSON.parse(told.text)]).toEqual([
      403,
      { type: 'about:blank', title: 'Forbidden', status: 403, code: 'forbidden' },
    ]);
    expect(told.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
    expect(told.headers.get('cache-control')).toBe('no-store');
    const open = await serve({ reveal: true });
    const revealed = JSON.parse((await ask(open.server, 'POST', FRONT, BOB)).text);
    expect(revealed).toMatchObject({ status: 403, reason: 'no_access_right' });
    expect(revealed.reasons).toEqual([
      { code: 'no_access_right', at: { type: 'door', id: 'front' } },
    ]);
    expect([...plain.service.log, ...open.service.log]).toEqual([]);
  });

  test.each([
    ['no header', undefined],
    ['an empty one', ''],
  ])('wants somebody signed in: %s', async (_, user) => {
    const { service, server } = await serve();
    const told = await ask(server, 'POST', FRONT, user === undefined ? {} : { 'x-user': user });
    expect([told.status, JSON.parse(told.text).code]).toEqual([401, 'no_subject']);
    expect(told.headers.get('www-authenticate')).toBe('Bearer');
    expect(service.log).toEqual([]);
  });

  test('refuses whoever the policy does not know', async () => {
    const { service, server } = await serve({ subject: async () => ({ type: 'user', id: 'eve' }) });
    expect((await ask(server, 'POST', FRONT)).status).toBe(403);
    expect(service.log).toEqual([]);
  });

  test('takes facts from the host alone, and the time from its clock', async () => {
    const { service, server } = await serve();
    expect((await ask(server, 'POST', VAULT, ADA)).status).toBe(403);
    // What the caller writes into his body, or into the query, is not asked.
    const body = JSON.stringify({ reader: 'vault-in', facts: { reader: 'vault-in' } });
    const sent = { ...ADA, 'content-type': 'application/json' };
    expect((await ask(server, 'POST', `${VAULT}?reader=vault-in`, sent, body)).status).toBe(403);
    expect(service.log).toEqual([]);
    expect((await ask(server, 'POST', VAULT, { ...ADA, 'x-reader': 'vault-in' })).status).toBe(200);
    const midnight = NOON + 12 * 3_600_000;
    const late = await serve({
      now: () => midnight,
      facts: () => ({ method: 'tap', reader: 'vault-in', time: NOON }),
    });
    expect((await ask(late.server, 'POST', VAULT, ADA)).status).toBe(403);
    expect(late.service.log).toEqual([]);
  });

  test('asks for what its target names, not only for doors', async () => {
    const { service, server } = await serve();
    expect((await ask(server, 'POST', '/reports', ADA)).status).toBe(200);
    expect((await ask(server, 'POST', '/reports', BOB)).status).toBe(403);
    expect(service.log.map(({ resource }) => resource.id)).toEqual(['front']);
  });

  test('asks `open`, which remembers, where it is told to', async () => {
    const asked: string[] = [];
    const pdp = contractPdp();
    const open: NonNullable<Pdp['open']> = async (request) => {
      asked.push(request.subject.id);
      return viewOf(pdp).decide(request);
    };
    const { server } = await serve({ pdp: { ...pdp, open }, remember: true });
    expect((await ask(server, 'POST', FRONT, ADA)).status).toBe(200);
    expect((await ask(server, 'POST', FRONT, BOB)).status).toBe(403);
    expect(asked).toEqual(['ada', 'bob']);
    const forgetful = await serve({ pdp, remember: true });
    expect((await ask(forgetful.server, 'POST', FRONT, ADA)).status).toBe(500);
    expect(forgetful.service.log).toEqual([]);
  });

  test('leaves routes alone that it does not guard', async () => {
    const { server } = await serve({ subject: () => undefined });
    const told = await ask(server, 'GET', '/open');
    expect([told.status, told.text]).toEqual([200, 'open']);
  });
}

/** Everything that can be thrown; nothing and `'route'` mean "go on" to Express, and some libraries read a status from an error. */
const THROWN: readonly (readonly [string, unknown])[] = [
  ['an error', new Error('secret of the host')],
  [
    'an error that calls itself a success',
    Object.assign(new Error('secret'), { status: 200, statusCode: 204 }),
  ],
  ['nothing', undefined],
  ['null', null],
  ['zero', 0],
  ['the word that skips a route', 'route'],
  ['the word that skips a router', 'router'],
  ['a response', { status: 200, headers: {}, getResponse: () => new Response('yes') }],
];

function faults(serve: Serve): void {
  describe.each(THROWN)('when %s is thrown', (_, thrown) => {
    const now = () => {
      throw thrown;
    };
    const later = () => Promise.reject(thrown);
    const places: readonly (readonly [string, Partial<Service>])[] = [
      ['by who asks, at once', { subject: now }],
      ['by who asks, later', { subject: later }],
      ['by the facts, at once', { facts: now }],
      ['by the facts, later', { facts: later }],
      ['by the clock', { now }],
      ['by the decision point', { pdp: { ...contractPdp(), local: now } }],
      ['by the decision', { pdp: withView({ decide: now }) }],
    ];
    test.each(places)('%s, nobody passes and nobody reads why', async (__, parts) => {
      const { service, server } = await serve(parts);
      const told = await ask(server, 'POST', FRONT, ADA);
      expect(told.status).toBe(500);
      expect(told.text).not.toContain('secret');
      expect(service.log).toEqual([]);
      expect((await ask(server, 'GET', '/open')).status).toBe(200);
    });
  });

  test.each([
    [
      'at once',
      () => {
        // biome-ignore lint/style/useThrowOnlyError: plain JavaScript may throw anything.
        throw undefined;
      },
    ],
    ['later', () => Promise.reject(undefined)],
  ])('does not run when what it asks for throws nothing, %s', async (_, report) => {
    const { service, server } = await serve({ report });
    expect((await ask(server, 'POST', '/reports', ADA)).status).toBe(500);
    expect(service.log).toEqual([]);
  });

  const answers: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['a word', { decision: 'true' }],
    ['a number', { decision: 1 }],
    ['a promise', Promise.resolve({ decision: 'yes' })],
  ];
  test.each(answers)('takes no decision that is none: %s', async (_, answer) => {
    const decide = () => answer as ServedDecision;
    const { service, server } = await serve({ pdp: withView({ decide }) });
    expect((await ask(server, 'POST', FRONT, ADA)).status).toBe(500);
    expect(service.log).toEqual([]);
  });

  const resources: readonly (readonly [string, unknown, number])[] = [
    ['nothing', undefined, 400],
    ['null', null, 400],
    ['a number for an id', { type: 'door', id: 5 }, 400],
    ['a list for an id', { type: 'door', id: ['front'] }, 400],
    ['no type', { id: 'front' }, 400],
    ['a word', 'front', 400],
  ];
  test.each(resources)('wants a resource: %s is none', async (_, resource, status) => {
    const { service, server } = await serve({ report: () => resource as Entity });
    expect((await ask(server, 'POST', '/reports', ADA)).status).toBe(status);
    expect(service.log).toEqual([]);
  });

  test.each([
    ['without an id', { type: 'user' }],
    ['with a number for one', { type: 'user', id: 5 }],
    ['that is a list', ['ada']],
  ])('takes nobody from the host who is a subject %s', async (_, subject) => {
    const { service, server } = await serve({ subject: () => subject as unknown as Entity });
    expect((await ask(server, 'POST', FRONT)).status).toBe(500);
    expect(service.log).toEqual([]);
  });

  test('has no time without a clock', async () => {
    const { service, server } = await serve({ now: () => Number.NaN });
    expect((await ask(server, 'POST', FRONT, ADA)).status).toBe(500);
    expect(service.log).toEqual([]);
  });
}

function views(serve: Serve): void {
  test.each(['not_ready', 'stale'] as const)(
    'refuses while its decision point is %s',
    async (code) => {
      const local: Pdp['local'] = () => ({ ok: false, code, detail: 'inner matter' });
      const { service, server } = await serve({ pdp: { ...contractPdp(), local } });
      const told = await ask(server, 'POST', FRONT, ADA);
      expect([told.status, JSON.parse(told.text).code]).toEqual([503, code]);
      expect(told.headers.get('retry-after')).toBe('1');
      expect(told.text).not.toContain('inner');
      expect(service.log).toEqual([]);
    },
  );

  test('refuses a door whose class wants newer knowledge, and says that it is not the caller', async () => {
    const at = { type: 'door', id: 'front' };
    const decide = (): ServedDecision => ({
      decision: false,
      context: { reason: 'stale', reasons: [{ code: 'stale', at }], grants: [], revision: 0 },
    });
    const { service, server } = await serve({ pdp: withView({ decide, stale: true }) });
    const told = await ask(server, 'POST', FRONT, ADA);
    expect([told.status, JSON.parse(told.text).code]).toEqual([503, 'stale']);
    expect(service.log).toEqual([]);
  });
}

const HOSTILE: readonly (readonly [string, string])[] = [
  ['a name that objects have', '__proto__'],
  ['another', 'constructor'],
  ['a third', 'toString'],
  ['one behind escapes', '%5F%5Fproto%5F%5F'],
  ['a door escaped twice', '%2566ront'],
  ['a zero', '%00'],
  ['a door and a zero', 'front%00'],
  ['a door and a blank', 'front%20'],
  ['a door in capitals', 'FRONT'],
  ['a door and a slash', 'front%2F'],
  ['a way up and down', '..%2Ffront'],
  ['a door and a parameter', 'front;x=1'],
  ['half a character', '%E0%A4%A'],
  ['half an escape', '%'],
  ['a byte that is no text', 'front%ff'],
  ['a long name', `front${'x'.repeat(4000)}`],
];

function paths(serve: Serve): void {
  test.each(HOSTILE)('opens no door for %s in its path', async (_, id) => {
    const { service, server } = await serve();
    const line = `POST /doors/${id}/unlock HTTP/1.1\r\nhost: x\r\nx-user: ada\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;
    const status = Number((await askRaw(server, line)).slice(9, 12));
    expect([400, 403, 404, 414]).toContain(status);
    expect(service.log).toEqual([]);
    expect((await ask(server, 'GET', '/open')).status).toBe(200);
  });

  test('reads the path as the framework does: decoded, and once', async () => {
    const { service, server } = await serve();
    expect((await ask(server, 'POST', '/doors/fr%6Fnt/unlock', ADA)).status).toBe(200);
    expect(service.log.map(({ resource }) => resource.id)).toEqual(['front']);
  });

  test('answers HEAD as GET, guarded as it is and without a body', async () => {
    const { server } = await serve();
    const permitted = await ask(server, 'HEAD', '/doors/front', ADA);
    expect([permitted.status, permitted.text]).toEqual([200, '']);
    const refused = await ask(server, 'HEAD', '/doors/front', BOB);
    expect([refused.status, refused.text]).toEqual([403, '']);
    expect((await ask(server, 'HEAD', '/doors/front')).status).toBe(401);
  });

  test.each(['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'GET', 'PROPFIND'])(
    'does not run for %s, which is not its method',
    async (method) => {
      const { service, server } = await serve();
      await ask(server, method, FRONT, ADA);
      expect(service.log).toEqual([]);
    },
  );
}

function listeners(serve: Serve): void {
  test('tells its watcher of decisions, with the door and without the person', async () => {
    const told: DecisionTold[] = [];
    let spans = 0;
    const within = <T>(_: string, work: () => T): T => {
      spans++;
      return work();
    };
    const { server } = await serve({ watcher: { decided: (one) => void told.push(one), within } });
    await ask(server, 'POST', FRONT, ADA);
    await ask(server, 'POST', FRONT, BOB);
    await ask(server, 'POST', FRONT);
    expect(told.map(({ resource, decided }) => [resource.id, decided.decision])).toEqual([
      ['front', true],
      ['front', false],
    ]);
    expect(spans).toBe(2);
    expect(told.every(({ via, milliseconds }) => via !== '' && milliseconds >= 0)).toBe(true);
    expect(JSON.stringify(told.map(({ decided: _, ...rest }) => rest))).not.toContain('ada');
  });

  test('is not moved by a watcher or logger that throws', async () => {
    const fail = () => {
      // biome-ignore lint/style/useThrowOnlyError: plain JavaScript may throw anything.
      throw undefined;
    };
    const logger = { debug: fail, info: fail, warn: fail, error: fail };
    const watcher = { decided: fail, within: fail };
    const { server } = await serve({ watcher, logger });
    expect((await ask(server, 'POST', FRONT, ADA)).status).toBe(200);
    expect((await ask(server, 'POST', FRONT, BOB)).status).toBe(403);
    const broken = await serve({ watcher, logger, subject: fail });
    expect((await ask(broken.server, 'POST', FRONT, ADA)).status).toBe(500);
    expect(broken.service.log).toEqual([]);
  });

  test('logs a fault by its name alone', async () => {
    const lines: unknown[] = [];
    const error = (fields: object, message: string) => void lines.push([fields, message]);
    const logger = { debug: error, info: error, warn: error, error };
    const subject = () => {
      throw new RangeError('ada@example.com');
    };
    const { server } = await serve({ logger, subject });
    await ask(server, 'POST', FRONT, ADA);
    expect(lines).toHaveLength(1);
    expect(lines).toMatchObject([[{ error: 'RangeError' }, 'access could not be judged']]);
    expect(JSON.stringify(lines)).not.toContain('ada');
  });
}

function hangingUp(serve: Serve): void {
  test('does not run for a caller who hung up while it was judged', async () => {
    const gate = new EventEmitter();
    const asked = once(gate, 'asked');
    const answer = once(gate, 'answer');
    const { service, server } = await serve({
      subject: async () => {
        gate.emit('asked');
        await answer;
        return 'ada';
      },
    });
    const theirs = once(server, 'connection') as Promise<[Socket]>;
    const socket = await dial(server);
    socket.write(`POST ${FRONT} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`);
    await asked;
    const [seen] = await theirs;
    const closed = once(seen, 'close');
    socket.destroy();
    await closed;
    gate.emit('answer');
    // Once round the loop of events: whatever would run has run.
    await ask(server, 'GET', '/open');
    expect(service.log).toEqual([]);
  });
}

/** The contract's decision point, with parts of its view replaced. */
function withView(parts: Partial<PdpView>): Pdp {
  const pdp = contractPdp();
  const value = { ...viewOf(pdp), ...parts };
  return { ...pdp, local: () => ({ ok: true, value }) };
}

function viewOf(pdp: Pdp): PdpView {
  const view = pdp.local();
  if (!view.ok) throw new Error(view.detail);
  return view.value;
}
