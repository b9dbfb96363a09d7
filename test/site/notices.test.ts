import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { describe, expect, test } from 'vitest';
import { mailPort } from '../../examples/notify-by-mail/mail-port.mjs';
import { setOrganizationNotices, setPersonNotices } from '../../src/adapters/site/notices.js';
import type { Site } from '../../src/adapters/site/site.js';
import {
  type DeliveredNotice,
  deliverNotices,
  type NotificationPort,
} from '../../src/adapters/webhooks/notify.js';
import { type ReadEvent, readEvent } from '../../src/admin/events/read-event.js';
import type { Plan } from '../../src/admin/plan.js';
import type { Changes } from '../../src/policy/changes.js';
import { DAY, eventSite, NOW, owner } from './event-site.js';

const user = (id: string) => ({ type: 'user', id }) as const;
const right = (id: string) => ({
  id: `${id}-staff`,
  subject: user(id),
  role: 'door_access',
  scope: { type: 'group', id: 'staff' },
  grantedBy: 'owner',
});

async function change(site: Site, changes: object, more: Partial<Plan> = {}) {
  const result = await site.write({
    actor: owner,
    operation: 'test.change',
    plan: () => ({ ok: true, value: { value: 0, changes: changes as Changes, ...more } }),
  });
  if (!result.ok) throw new Error(result.detail);
}

const grant = (site: Site, id: string, more?: Partial<Plan>) =>
  change(site, { put: { assignments: [right(id)] } }, more);
const withdraw = (site: Site, id: string, more?: Partial<Plan>) =>
  change(site, { remove: { assignments: [`${id}-staff`] } }, more);

async function notices(site: Site): Promise<readonly ReadEvent[]> {
  return (await site.store.events('notice', { order: 'oldest', limit: 1000 })).map(readEvent);
}

const kinds = async (site: Site) =>
  (await notices(site)).map(({ type, subject }) => `${subject?.id} ${type.split('.').at(-1)}`);

/** A port that answers as told and remembers. */
function port(answer: (notice: DeliveredNotice) => 'ok' | 'retry' | 'never' = () => 'ok') {
  const seen: DeliveredNotice[] = [];
  const made: NotificationPort = {
    deliver: async (notice) => {
      seen.push(notice);
      return answer(notice);
    },
  };
  return { ...made, seen };
}

describe('every change of the policy', () => {
  test('tells who got access, in the same transaction, by name in the personal part', async () => {
    const { site } = await eventSite();
    await grant(site, 'bob');
    await withdraw(site, 'bob');
    expect(await notices(site)).toMatchObject([
      {
        type: 'doorwright.notice.access_granted',
        object: { type: 'group', id: 'staff' },
        subject: user('bob'),
        personalData: { scopes: [{ type: 'group', id: 'staff' }] },
        data: {},
      },
    ]);
  });

  test('tells nobody of what was refused or only tried', async () => {
    const { site } = await eventSite();
    const plan = () =>
      ({
        ok: true,
        value: { value: 0, changes: { put: { assignments: [right('bob')] } } as never },
      }) as const;
    await site.write({ actor: user('ann'), operation: 'test.change', plan });
    await site.write({ actor: owner, operation: 'test.change', dryRun: true, plan });
    expect(await notices(site)).toEqual([]);
  });

  test('goes by the wish of the person, then of the plan, then of the organisation', async () => {
    const { site } = await eventSite();
    expect(await setOrganizationNotices(site, owner, 'never')).toMatchObject({ ok: true });
    await grant(site, 'bob');
    expect(await kinds(site)).toEqual([]);
    await setPersonNotices(site, user('bob'), 'bob', 'always');
    await withdraw(site, 'bob');
    expect(await kinds(site)).toEqual(['bob access_withdrawn']);
    await grant(site, 'bob', { noticePreference: 'never' });
    expect(await kinds(site)).toHaveLength(2);
    await grant(site, 'local', { noticePreference: 'always' });
    expect(await kinds(site)).toHaveLength(3);
    await setPersonNotices(site, owner, 'local', 'never');
    await withdraw(site, 'local', { noticePreference: 'always' });
    expect(await kinds(site)).toHaveLength(3);
  });

  test('reads the wishes of many at once to the same effect', async () => {
    const ids = Array.from({ length: 150 }, (_, index) => `p${index}`);
    const made = await eventSite();
    const { site } = made;
    await change(site, { put: { users: ids.map((id) => ({ id })) } });
    await setPersonNotices(site, owner, 'p7', 'never');
    await change(site, { put: { assignments: ids.map(right) } });
    const told = await kinds(site);
    expect(told).toHaveLength(149);
    expect(told).not.toContain('p7 access_granted');
  });
});

describe('who sets wishes:', () => {
  test.each([
    ['owner', true, true],
    ['admin', true, true],
    ['manager', false, true],
    ['local', false, false],
    ['ann', false, false],
    ['bob', false, true],
  ])('%s the organisation’s: %s, Bob’s: %s', async (id, organization, bob) => {
    const { site } = await eventSite();
    expect((await setOrganizationNotices(site, user(id), 'never')).ok).toBe(organization);
    expect((await setPersonNotices(site, user(id), 'bob', 'never')).ok).toBe(bob);
  });

  test('a wish that is none, and somebody who is nobody', async () => {
    const { site } = await eventSite();
    const some = 'sometimes' as 'never';
    expect(await setOrganizationNotices(site, owner, some)).toMatchObject({ code: 'preference' });
    expect(await setPersonNotices(site, owner, 'bob', some)).toMatchObject({ code: 'preference' });
    expect(await setPersonNotices(site, owner, 'x', 'never')).toMatchObject({
      code: 'unknown_user',
    });
  });
});

describe('delivering notices', () => {
  test('in order, once, with the address the policy has now', async () => {
    const { site } = await eventSite();
    await grant(site, 'bob');
    await change(site, { put: { users: [{ id: 'bob', email: 'bob@example.com', name: 'Bob' }] } });
    const { seen, ...made } = port();
    expect(await deliverNotices(site, made)).toMatchObject({ delivered: 1 });
    expect(seen).toMatchObject([
      {
        kind: 'access_granted',
        to: user('bob'),
        email: 'bob@example.com',
        name: 'Bob',
        object: { type: 'group', id: 'staff' },
        data: { scopes: [{ id: 'staff' }] },
      },
    ]);
    expect(await deliverNotices(site, made)).toMatchObject({ delivered: 0 });
    expect(seen).toHaveLength(1);
  });

  test('to somebody who was deleted goes to the address he had', async () => {
    const { site } = await eventSite();
    await setOrganizationNotices(site, owner, 'always');
    await change(site, { put: { users: [{ id: 'ann', email: 'ann@example.com' }] } });
    await change(site, { remove: { users: ['ann'], assignments: ['ann-right'] } });
    const { seen, ...made } = port();
    await deliverNotices(site, made);
    expect(seen).toMatchObject([{ kind: 'access_withdrawn', email: 'ann@example.com' }]);
    expect(seen[0]?.data).not.toHaveProperty('email');
  });

  test('`retry` comes again, `never` is passed over, a fault is a retry', async () => {
    const { site, clock } = await eventSite();
    for (const id of ['bob', 'local', 'manager']) await grant(site, id);
    let faults = 2;
    const { seen, ...made } = port(({ to }) => {
      if (to.id === 'bob') return 'never';
      if (faults-- > 1) throw new Error('smtp');
      return faults >= 0 ? 'retry' : 'ok';
    });
    const random = () => 0.5;
    expect(await deliverNotices(site, made, { random })).toMatchObject({
      dropped: 1,
      retried: 1,
      nextAt: clock.now + 2500,
    });
    clock.now += 2500;
    await deliverNotices(site, made, { random });
    clock.now += 10_000;
    expect(await deliverNotices(site, made, { random })).toMatchObject({ delivered: 2 });
    expect(seen.map(({ to }) => to.id)).toEqual(['bob', 'local', 'local', 'local', 'manager']);
    expect(new Set(seen.slice(1, 4).map(({ id }) => id)).size).toBe(1);
  });

  test('old news and erased notices are passed over', async () => {
    const { site, clock } = await eventSite();
    await grant(site, 'bob');
    clock.now = NOW + 2 * DAY + 1;
    await grant(site, 'local');
    await grant(site, 'manager');
    await site.store.erase('notice', { seqs: [2], content: false, personal: true });
    const { seen, ...made } = port();
    expect(await deliverNotices(site, made)).toMatchObject({ dropped: 2, delivered: 1 });
    expect(seen.map(({ to }) => to.id)).toEqual(['manager']);
  });

  test('two ports of one site each get everything', async () => {
    const { site } = await eventSite();
    await grant(site, 'bob');
    const [mail, chat] = [port(), port()];
    await deliverNotices(site, mail, { name: 'mail' });
    await deliverNotices(site, chat, { name: 'chat' });
    expect([mail.seen.length, chat.seen.length]).toEqual([1, 1]);
  });
});

describe('examples/notify-by-mail', () => {
  test('sends the mail, and says what to do where it cannot', async () => {
    const mails: { to: string[]; text: string }[] = [];
    let refusal: number | undefined;
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_, __, done) => {
        if (refusal === undefined) return done();
        return done(Object.assign(new Error('no'), { responseCode: refusal }));
      },
      onData: (stream, session, done) => {
        let text = '';
        stream.on('data', (part: Buffer) => {
          text += part.toString('utf8');
        });
        stream.on('end', () => {
          mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
          done();
        });
      },
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port: number } = server.server.address() as { port: number };
    const transport = createTransport({ host: '127.0.0.1', port: number, secure: false });
    try {
      const { site, clock } = await eventSite();
      const email = 'bob@example.com';
      const name = 'Bob\r\nBcc: evil@example.com';
      const groups = [{ id: 'staff', name: 'Staff', doors: ['front'] }];
      await change(site, { put: { users: [{ id: 'bob', email, name: 'Bob' }], groups } });
      await grant(site, 'bob');
      await grant(site, 'local');
      const mail = mailPort(transport, { from: 'doors@example.com', site: 'ACME' });
      expect(await deliverNotices(site, mail)).toMatchObject({ delivered: 1, dropped: 1 });
      expect(mails).toHaveLength(1);
      expect(mails[0]?.to).toEqual([email]);
      expect(mails[0]?.text).toContain('Subject: Your access at ACME');
      expect(mails[0]?.text).toContain('Staff');
      const notice = { id: 'n', kind: 'access_withdrawn', time: '', to: user('bob'), email, name };
      const about = { object: { type: 'group', id: 'staff' }, data: {} };
      expect(await mail.deliver({ ...notice, ...about })).toBe('ok');
      expect(mails[1]?.to).toEqual([email]);
      expect(mails[1]?.text.split('\r\n\r\n')[0]).not.toMatch(/^bcc/im);
      refusal = 550;
      expect(await mail.deliver({ ...notice, ...about })).toBe('never');
      refusal = 450;
      expect(await mail.deliver({ ...notice, ...about })).toBe('retry');
      expect(await mail.deliver({ ...notice, ...about, kind: 'unheard_of' })).toBe('never');
      expect(clock.now).toBe(NOW);
    } finally {
      transport.close();
      await new Promise<void>((done) => server.close(done));
    }
    // Nobody there: later perhaps.
    const lost = mailPort(createTransport({ host: '127.0.0.1', port: 1 }), {
      from: 'doors@example.com',
      site: 'ACME',
    });
    const notice = {
      id: 'n',
      kind: 'access_granted',
      time: '',
      to: user('bob'),
      email: 'b@example.com',
    };
    expect(await lost.deliver({ ...notice, object: { type: 'door', id: 'd' }, data: {} })).toBe(
      'retry',
    );
  });
});
