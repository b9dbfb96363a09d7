import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { Webhook as Judge } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import type { Site } from '../../src/adapters/site/site.js';
import {
  dropDeadLetter,
  listDeadLetters,
  replayDeadLetter,
} from '../../src/adapters/webhooks/dead-letter.js';
import { deliverWebhooks, repeatRounds } from '../../src/adapters/webhooks/deliver.js';
import { DELIVERY_RULES } from '../../src/adapters/webhooks/delivery.js';
import { type SendWebhook, webhookSender } from '../../src/adapters/webhooks/send.js';
import {
  changeWebhook,
  createWebhook,
  listWebhooks,
  removeWebhook,
  rotateWebhookSecret,
  type WebhookOrder,
} from '../../src/adapters/webhooks/webhooks.js';
import { runs } from '../helpers/runs.js';
import { DAY, eventSite, owner, passed } from '../site/event-site.js';

const URL_OF = 'https://receiver.example/hook';
const user = (id: string) => ({ type: 'user', id }) as const;

/** A receiver in memory: answers as told, remembers what it was sent. */
function receiver(answer: (id: string, count: number) => number | Error = () => 204) {
  const ids: string[] = [];
  const bodies: string[] = [];
  const headers: Readonly<Record<string, string>>[] = [];
  const send: SendWebhook = async (message) => {
    const id = message.headers['webhook-id'] ?? '';
    ids.push(id);
    bodies.push(message.body);
    headers.push(message.headers);
    const said = answer(id, ids.length);
    if (said instanceof Error) throw said;
    return { ok: true, value: { status: said } };
  };
  return { send, ids, bodies, headers };
}

async function made(site: Site, order: Partial<WebhookOrder> = {}) {
  const result = await createWebhook(site, owner, { url: URL_OF, ...order });
  if (!result.ok) throw new Error(result.detail);
  return result.value;
}

const drafts = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, index) => passed(from + index));

describe('who may make a webhook, and of what:', () => {
  test.each([
    ['owner', true],
    ['admin', true],
    ['manager', false],
    ['local', false],
    ['ann', false],
  ])('%s: %s', async (id, may) => {
    const { site } = await eventSite();
    const result = await createWebhook(site, user(id), { url: URL_OF });
    expect(result.ok).toBe(may);
    expect((await listWebhooks(site, user(id))).ok).toBe(may);
    if (!result.ok) expect(await site.store.records('webhook')).toEqual([]);
  });

  test.each<[string, object]>([
    ['url', { url: 'http://receiver.example/' }],
    ['url', { url: 'https://127.0.0.1/' }],
    ['malformed', { url: '' }],
    ['malformed', { url: URL_OF, logs: [] }],
    ['malformed', { url: URL_OF, logs: ['door'] }],
    ['malformed', { url: URL_OF, filter: { doors: ['a'] } }],
    ['malformed', { url: URL_OF, extra: 1 }],
    ['filter', { url: URL_OF, filter: { from: 'yesterday' } }],
  ])('%s: %j', async (code, order) => {
    const { site } = await eventSite();
    const result = await createWebhook(site, owner, order as WebhookOrder);
    expect(result).toMatchObject({ ok: false, code });
  });

  test('its secret is shown once, and no list, audit event or error shows it again', async () => {
    const { site } = await eventSite();
    const { id, secret } = await made(site);
    const rotated = await rotateWebhookSecret(site, owner, id);
    const second = rotated.ok ? rotated.value.secret : '';
    const shown = JSON.stringify([
      await listWebhooks(site, owner),
      await site.store.events('audit'),
    ]);
    expect(shown).toContain(id);
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(second);
    const stealing = { secrets: ['whsec_mine'] } as object;
    await changeWebhook(site, owner, id, { name: 'x', ...stealing });
    expect(JSON.stringify(await site.store.record('webhook', id))).toContain(second);
  });

  test('unknown ones are said to be, and ended ones leave nothing behind', async () => {
    const { site } = await eventSite();
    for (const call of [
      changeWebhook(site, owner, 'x', {}),
      removeWebhook(site, owner, 'x'),
      rotateWebhookSecret(site, owner, 'x'),
    ])
      expect(await call).toMatchObject({ ok: false, code: 'unknown_webhook' });
    const { id } = await made(site);
    await site.store.append(drafts(0, 1));
    const rules = { attemptsMax: 1, baseMs: 0, factor: 1, capMs: 0, disableAfterMs: DAY };
    await deliverWebhooks(site, { send: receiver(() => 500).send, rules });
    expect(await site.store.records('dead_letter')).toHaveLength(1);
    expect(await removeWebhook(site, owner, id)).toMatchObject({ ok: true });
    for (const kind of ['webhook', 'cursor', 'dead_letter'] as const)
      expect(await site.store.records(kind)).toEqual([]);
  });
});

describe('delivering', () => {
  test('starts with what happens after it was made, in order, and sends nothing twice', async () => {
    const { site } = await eventSite();
    await site.store.append(drafts(0, 3));
    await made(site);
    await site.store.append(drafts(3, 260));
    const { send, ids } = receiver();
    const round = await deliverWebhooks(site, { send });
    expect([...round.webhooks.values()]).toMatchObject([{ delivered: 257, retried: 0, dead: 0 }]);
    expect(ids).toEqual(drafts(3, 260).map(({ id }) => id));
    await deliverWebhooks(site, { send });
    expect(ids).toHaveLength(257);
    await site.store.append(drafts(260, 261));
    await deliverWebhooks(site, { send });
    expect(ids.at(-1)).toBe('passed-260');
    expect(ids).toHaveLength(258);
  });

  test('what a filter leaves out is not sent and not looked at again', async () => {
    const { site } = await eventSite();
    const { id } = await made(site, { filter: { outcome: 'refused' } });
    await site.store.append([
      ...drafts(0, 5),
      passed(5, 'ann', { outcome: 'refused' }),
      ...drafts(6, 9),
    ]);
    const { send, ids } = receiver();
    await deliverWebhooks(site, { send });
    expect(ids).toEqual(['passed-5']);
    const cursor = await site.store.record('cursor', `webhook-${id}/access`);
    expect(cursor?.body).toMatchObject({ after: 9, attempts: 0 });
  });

  test('a change of anything else leaves a wait as it is', async () => {
    const { site, clock } = await eventSite();
    const { id } = await made(site);
    await site.store.append(drafts(0, 1));
    await deliverWebhooks(site, { send: receiver(() => 500).send, random: () => 0.5 });
    await changeWebhook(site, owner, id, { name: 'x', active: true });
    const [cursor] = await site.store.records('cursor');
    expect(cursor?.body).toMatchObject({ attempts: 1, notBefore: clock.now + 2500 });
  });

  test('a failing receiver gets the same event again, later, and nothing overtakes it', async () => {
    const { site, clock } = await eventSite();
    await made(site);
    await site.store.append(drafts(0, 3));
    const { send, ids, headers } = receiver((_, count) => (count <= 3 ? 503 : 204));
    const options = { send, random: () => 0.5 };
    const first = await deliverWebhooks(site, options);
    expect(first.nextAt).toBe(clock.now + 2500);
    await deliverWebhooks(site, options);
    expect(ids).toEqual(['passed-0']);
    for (const wait of [2500, 10_000, 40_000]) {
      clock.now += wait;
      await deliverWebhooks(site, options);
    }
    expect(ids).toEqual(['passed-0', 'passed-0', 'passed-0', 'passed-0', 'passed-1', 'passed-2']);
    const times = headers.map((each) => Number(each['webhook-timestamp']));
    expect(times[3]).toBe(Math.floor(clock.now / 1000));
  });

  test('an event that never gets through is laid aside, and the next ones are sent', async () => {
    const { site, clock } = await eventSite();
    const { id } = await made(site);
    await site.store.append(drafts(0, 3));
    const { send, ids } = receiver((event) => (event === 'passed-1' ? 500 : 204));
    const options = { send, random: () => 0 };
    for (let round = 0; round < 11; round++) await deliverWebhooks(site, options);
    expect(ids.filter((each) => each === 'passed-1')).toHaveLength(11);
    expect(ids.at(-1)).toBe('passed-2');
    const dead = await listDeadLetters(site, owner, `webhook-${id}`);
    expect(dead).toMatchObject({
      ok: true,
      value: [
        {
          event: 'passed-1',
          seq: 2,
          attempts: 11,
          why: 'status 500',
          since: clock.now,
          log: 'access',
        },
      ],
    });
    // What is laid aside is where to find it, not what it says.
    expect(JSON.stringify(dead)).not.toContain('ann');
  });

  test('a dead letter is tried again when somebody asks, and dropped when somebody gives up', async () => {
    const { site, clock } = await eventSite();
    await made(site);
    await site.store.append(drafts(0, 2));
    let status = 500;
    const { send, ids } = receiver(() => status);
    const rules = { attemptsMax: 2, baseMs: 1000, factor: 1, capMs: 1000, disableAfterMs: DAY };
    const options = { send, random: () => 0.5, rules };
    for (let round = 0; round < 4; round++) {
      await deliverWebhooks(site, options);
      clock.now += 1000;
    }
    const letters = await listDeadLetters(site, owner);
    const [one, two] = letters.ok ? letters.value : [];
    expect(ids).toEqual(['passed-0', 'passed-0', 'passed-1', 'passed-1']);
    expect(await replayDeadLetter(site, user('manager'), one?.id ?? '')).toMatchObject({
      code: 'refused',
    });
    expect(await replayDeadLetter(site, owner, 'x')).toMatchObject({ code: 'unknown_dead_letter' });
    expect(await dropDeadLetter(site, owner, 'x')).toMatchObject({ code: 'unknown_dead_letter' });
    expect((await listDeadLetters(site, user('manager'))).ok).toBe(false);
    expect(await replayDeadLetter(site, owner, one?.id ?? '')).toMatchObject({ ok: true });
    await deliverWebhooks(site, options);
    expect((await deliverWebhooks(site, options)).nextAt).toBe(clock.now + 500);
    clock.now += 500;
    await deliverWebhooks(site, options);
    expect(ids.slice(4)).toEqual(['passed-0', 'passed-0']);
    await deliverWebhooks(site, options);
    expect(ids).toHaveLength(6);
    status = 204;
    await replayDeadLetter(site, owner, one?.id ?? '');
    await deliverWebhooks(site, options);
    expect(ids.slice(6)).toEqual(['passed-0']);
    expect(await dropDeadLetter(site, owner, two?.id ?? '')).toMatchObject({ ok: true });
    expect(await listDeadLetters(site, owner)).toEqual({ ok: true, value: [] });
  });

  test('a dead letter that is dropped while it is tried again stays dropped', async () => {
    const { site } = await eventSite();
    await made(site);
    await site.store.append(drafts(0, 1));
    const rules = { attemptsMax: 1, baseMs: 0, factor: 1, capMs: 0, disableAfterMs: DAY };
    await deliverWebhooks(site, { send: receiver(() => 500).send, rules });
    const [letter] = await site.store.records('dead_letter');
    await replayDeadLetter(site, owner, letter?.id ?? '');
    const send: SendWebhook = async () => {
      await dropDeadLetter(site, owner, letter?.id ?? '');
      return { ok: true, value: { status: 500 } };
    };
    await deliverWebhooks(site, { send, rules });
    expect(await site.store.records('dead_letter')).toEqual([]);
  });

  test('410 switches it off, and switching it on again goes on where it ended', async () => {
    const { site, clock } = await eventSite();
    const { id } = await made(site);
    await site.store.append(drafts(0, 2));
    const gone = receiver(() => 410);
    const round = await deliverWebhooks(site, { send: gone.send });
    expect(round.webhooks.get(id)).toMatchObject({ stopped: 'gone', delivered: 0 });
    expect(gone.ids).toEqual(['passed-0']);
    const list = await listWebhooks(site, owner);
    expect(list).toMatchObject({
      value: [{ active: false, stopped: { at: clock.now, why: 'gone' } }],
    });
    const [audit] = await site.store.events('audit', { limit: 1 });
    expect(audit?.type).toBe('doorwright.webhook.stop');
    await deliverWebhooks(site, { send: gone.send });
    expect(gone.ids).toHaveLength(1);
    await changeWebhook(site, owner, id, { active: true });
    const back = receiver();
    await deliverWebhooks(site, { send: back.send });
    expect(back.ids).toEqual(['passed-0', 'passed-1']);
    expect(await listWebhooks(site, owner)).not.toMatchObject({ value: [{ stopped: {} }] });
  });

  test('days of nothing but failures switch it off', async () => {
    const { site, clock } = await eventSite();
    const { id } = await made(site);
    await site.store.append(drafts(0, 99));
    const { send } = receiver(() => 500);
    const rules = { attemptsMax: 2, baseMs: DAY, factor: 1, capMs: DAY, disableAfterMs: 3 * DAY };
    let stopped: unknown;
    for (let day = 0; day < 9 && stopped === undefined; day++) {
      const round = await deliverWebhooks(site, { send, rules, random: () => 0.99 });
      stopped = round.webhooks.get(id)?.stopped;
      clock.now += DAY;
    }
    expect(stopped).toBe('failing');
    // Switched on again it has its days anew, from where it is.
    const [cursor] = await site.store.records('cursor');
    expect(cursor?.body).toHaveProperty('failingSince');
    await changeWebhook(site, owner, id, { active: true });
    const [fresh] = await site.store.records('cursor');
    expect(fresh?.body).toEqual({ after: cursor?.body['after'], attempts: 0, notBefore: 0 });
    await changeWebhook(site, owner, id, { logs: ['access', 'audit'] });
    expect(await site.store.records('cursor')).toHaveLength(2);
  });

  test('one that hangs holds up no other', async () => {
    const { site } = await eventSite();
    await made(site);
    await made(site, { url: 'https://other.example/' });
    await site.store.append(drafts(0, 2));
    const order: string[] = [];
    let release = () => {};
    const hanging = new Promise<void>((done) => {
      release = done;
    });
    const send: SendWebhook = async ({ url }) => {
      order.push(url);
      if (url === URL_OF) await hanging;
      // The slow one answers only when the other has everything.
      if (order.filter((each) => each !== URL_OF).length === 2) release();
      return { ok: true, value: { status: 200 } };
    };
    const { webhooks } = await deliverWebhooks(site, { send });
    expect([...webhooks.values()].map(({ delivered }) => delivered)).toEqual([2, 2]);
  });

  test('a sender that throws is a failure, not the end', async () => {
    const { site } = await eventSite();
    const { id } = await made(site);
    await site.store.append(drafts(0, 1));
    const { send } = receiver(() => new TypeError('secret'));
    const round = await deliverWebhooks(site, { send });
    expect(round.webhooks.get(id)).toMatchObject({ retried: 1 });
  });

  test('given up in the middle, an attempt does not count', async () => {
    const { site } = await eventSite();
    const { id } = await made(site);
    await site.store.append(drafts(0, 5));
    const ending = new AbortController();
    const send: SendWebhook = async ({ headers }) => {
      if (headers['webhook-id'] !== 'passed-1') return { ok: true, value: { status: 200 } };
      ending.abort();
      return { ok: false, code: 'aborted', detail: 'given up' };
    };
    await deliverWebhooks(site, { send, signal: ending.signal });
    const cursor = await site.store.record('cursor', `webhook-${id}/access`);
    expect(cursor?.body).toEqual({ after: 1, attempts: 0, notBefore: 0 });
  });

  test('of two processes one delivers; when it dies the other takes over', async () => {
    const { site, clock } = await eventSite();
    await made(site);
    await site.store.append(drafts(0, 20));
    const { send, ids } = receiver();
    await Promise.all([deliverWebhooks(site, { send }), deliverWebhooks(site, { send })]);
    expect(ids).toEqual(drafts(0, 20).map(({ id }) => id));
    // This one takes the lease, sends, and never comes back.
    await site.store.append(drafts(20, 22));
    const lost: SendWebhook = () => new Promise(() => undefined);
    void deliverWebhooks(site, { send: lost });
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    const waiting = await deliverWebhooks(site, { send });
    expect(ids).toHaveLength(20);
    expect(waiting.nextAt).toBe(clock.now + 120_000);
    clock.now += 120_000;
    await deliverWebhooks(site, { send });
    expect(ids.slice(20)).toEqual(['passed-20', 'passed-21']);
  });

  test('a clock that was years ahead once holds nothing up for long: no lease, no pause, no replay', async () => {
    const ahead = 10 * 365 * 86_400_000;
    const { site, clock } = await eventSite();
    const { id } = await made(site);
    await site.store.append(drafts(0, 1));
    const { send, ids } = receiver();
    const put = (body: object) =>
      site.store.write((writer) =>
        writer.putRecords({
          put: [{ kind: 'cursor', id: `webhook-${id}/access`, body: body as never }],
        }),
      );
    const lease = { owner: 'gone', until: clock.now + ahead };
    await put({ after: 0, attempts: 1, notBefore: clock.now + ahead, lease });
    for (const wait of [120_000, DELIVERY_RULES.capMs - 120_000]) {
      const round = await deliverWebhooks(site, { send });
      expect([ids, round.nextAt]).toEqual([[], clock.now + wait]);
      clock.now += wait;
    }
    await deliverWebhooks(site, { send });
    expect(ids).toEqual(['passed-0']);
    const letter = { consumer: `webhook-${id}`, log: 'access', seq: 1, event: 'passed-0' };
    const replay = { attempts: 1, notBefore: clock.now + ahead };
    const body = { ...letter, attempts: 11, why: 'status 500', since: clock.now, replay };
    await site.store.write((writer) =>
      writer.putRecords({ put: [{ kind: 'dead_letter', id: `webhook-${id}/access/1`, body }] }),
    );
    await deliverWebhooks(site, { send });
    expect(ids).toEqual(['passed-0', 'passed-0']);
  });

  test('one that lost its lease does not turn the cursor back', async () => {
    const { site, clock } = await eventSite();
    const { id } = await made(site);
    await site.store.append(drafts(0, 3));
    const other = receiver();
    let turns = 0;
    const slow: SendWebhook = async () => {
      if (turns++ === 0) {
        clock.now += 200_000;
        await deliverWebhooks(site, { send: other.send });
      }
      return { ok: true, value: { status: 500 } };
    };
    await deliverWebhooks(site, { send: slow });
    expect(turns).toBe(1);
    expect(other.ids).toEqual(['passed-0', 'passed-1', 'passed-2']);
    const cursor = await site.store.record('cursor', `webhook-${id}/access`);
    expect(cursor?.body).toMatchObject({ after: 3, attempts: 0 });
  });

  test('every event arrives at least once and in order, whatever fails and whoever dies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('ok', 'fail', 'die', 'write'), { maxLength: 40 }),
        async (happenings) => {
          const { site, clock } = await eventSite();
          await made(site);
          let written = 0;
          const arrived: string[] = [];
          const send =
            (happening: string): SendWebhook =>
            async ({ headers }) => {
              if (happening === 'fail') return { ok: true, value: { status: 500 } };
              arrived.push(headers['webhook-id'] ?? '');
              if (happening === 'die') throw DEATH;
              return { ok: true, value: { status: 200 } };
            };
          for (const happening of [...happenings, 'ok']) {
            if (happening === 'write') await site.store.append(drafts(written, ++written));
            else await round(site, send(happening));
            clock.now += DAY;
          }
          const first = arrived.filter((id, index) => arrived.indexOf(id) === index);
          expect(first).toEqual(drafts(0, written).map(({ id }) => id));
        },
      ),
      { seed: 20261122, numRuns: runs(60) },
    );
  });

  const DEATH = new Error('killed');

  /** One round; a process that dies after the receiver has the event writes nothing any more. */
  async function round(site: Site, send: SendWebhook): Promise<void> {
    let isDead = false;
    const store = {
      ...bound(site.store),
      write: (work: Parameters<Site['store']['write']>[0]) =>
        isDead ? Promise.reject(DEATH) : site.store.write(work),
    } as Site['store'];
    const rules = { attemptsMax: 99, baseMs: 1, factor: 1, capMs: 1, disableAfterMs: 999 * DAY };
    const sending: SendWebhook = async (message) => {
      try {
        return await send(message);
      } catch (error) {
        isDead = true;
        throw error;
      }
    };
    const mortal = { ...site, engine: site.engine, store };
    await deliverWebhooks(mortal, { send: sending, rules }).catch((error: unknown) => {
      if (error !== DEATH) throw error;
    });
  }

  function bound(store: Site['store']): Partial<Site['store']> {
    return {
      record: (kind, id) => store.record(kind, id),
      records: (kind, page) => store.records(kind, page),
      events: (log, query) => store.events(log, query),
    };
  }
});

describe('over HTTP', () => {
  test('a receiver with the libraries of Standard Webhooks and CloudEvents takes what comes', async () => {
    const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      request.on('end', () => {
        seen.push({ headers: request.headers, body });
        response.writeHead(seen.length === 1 ? 500 : 204).end();
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const { site, clock } = await eventSite();
      clock.now = Date.now();
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
      const rules = { allowLoopback: true };
      const result = await createWebhook(site, owner, { url, kisiSignature: true }, rules);
      const secret = result.ok ? result.value.secret : '';
      await site.store.append([passed(1)]);
      const options = { send: webhookSender(rules), random: () => 0 };
      await deliverWebhooks(site, options);
      const [stored] = await site.store.events('access');
      await deliverWebhooks(site, options);
      expect(seen).toHaveLength(2);
      for (const { headers, body } of seen) {
        const flat = headers as Record<string, string>;
        expect(new Judge(secret).verify(body, flat)).toEqual(JSON.parse(body));
        const event = HTTP.toEvent({ headers: flat, body }) as CloudEvent<object>;
        expect(event.validate()).toBe(true);
        expect(event).toBeInstanceOf(CloudEvent);
        expect(event.id).toBe(flat['webhook-id']);
        expect(event['chainhash']).toBe(stored?.hash);
        expect(flat['x-signature']).toMatch(/^[0-9a-f]{64}$/);
      }
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });
});

describe('rounds without end', () => {
  test('come when there is something to do, go on after an error, and end with the signal', async () => {
    const ending = new AbortController();
    const waits: number[] = [];
    const errors: unknown[] = [];
    const answers = [{ nextAt: 400 }, { nextAt: undefined }, new Error('database'), { nextAt: -5 }];
    await repeatRounds(
      async () => {
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer ?? { nextAt: 5000 };
      },
      {
        signal: ending.signal,
        now: () => 100,
        pollMs: 1000,
        wait: async (ms) => {
          waits.push(ms);
          if (waits.length === 5) ending.abort();
        },
        onError: (error) => {
          errors.push(error);
          throw new Error('whoever is told fails, too');
        },
      },
    );
    expect(waits).toEqual([300, 1000, 1000, 0, 1000]);
    expect(errors).toEqual([new Error('database')]);
  });
});
