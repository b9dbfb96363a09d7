import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLink, linkHash } from '../../../src/admin/links/find-link.js';
import { linkValidity } from '../../../src/admin/links/lifetime.js';
import {
  encodeLinkTerms,
  isLinkUse,
  LINK_USES_MAX,
  linkUse,
  parseLinkTerms,
  planAfterUse,
} from '../../../src/admin/links/link-terms.js';
import { linkText, parseLinkText } from '../../../src/admin/links/link-text.js';
import {
  type NewLink,
  planCreateLink,
  planDeleteLink,
  planRevokeLink,
} from '../../../src/admin/links/links.js';
import { isWithdrawal } from '../../../src/admin/withdrawal.js';
import { findElement } from '../../../src/engine/elements.js';
import type { Engine } from '../../../src/engine/engine.js';
import { runs } from '../../helpers/runs.js';
import { planning, sha256, write, wrote } from '../plans.js';
import { KISI, KIWI, NOW, ORGANIZATIONS, STANDARD, site } from '../sites.js';

const MONDAY = '2026-11-23T10:00:00Z';
const STAFF = { type: 'group', id: 'staff' } as const;
const engine = site(KISI, {
  doors: [
    { id: 'front', place: 'hq', restrictions: { schedule: 'office' }, readers: [{ id: 'r1' }] },
    { id: 'near', place: 'hq', restrictions: { geofence: {}, reader: true, appAccess: false } },
    { id: 'safe', place: 'hq', restrictions: { secondFactor: true } },
    { id: 'own', place: 'hq', restrictions: { primaryDevice: true } },
  ],
  groups: [{ id: 'staff', place: 'hq', doors: ['front', 'near', 'safe', 'own'] }],
});
const admin = planning(engine, 'admin', MONDAY);
const order: NewLink = { scopes: [STAFF], lifetime: 'day', name: 'Plumber' };

function opens(from: Engine, link: string, door: string, facts: object = {}): string {
  return from.decide({
    subject: { type: 'link', id: link },
    action: { name: 'unlock' },
    resource: { type: 'door', id: door },
    context: { time: MONDAY, method: 'link', ...facts },
  }).context.reason;
}

describe('how long a link lasts', () => {
  const time = Date.parse(MONDAY);
  test.each([
    ['hour', '2026-11-23T11:00:00Z'],
    ['day', '2026-11-24T10:00:00Z'],
    ['month', '2026-12-23T10:00:00Z'],
    ['until_revoked', undefined],
    [{ until: '2026-11-23T10:00:01+00:00' }, '2026-11-23T10:00:01Z'],
  ] as const)('%j ends at %s', (lifetime, until) => {
    const answer = linkValidity(lifetime, time);
    expect(answer).toEqual({ ok: true, value: until === undefined ? {} : { until } });
  });

  test('a span begins where the link does', () => {
    expect(linkValidity('hour', time, '2026-12-24T18:00:00+01:00')).toEqual({
      ok: true,
      value: { from: '2026-12-24T18:00:00+01:00', until: '2026-12-24T18:00:00Z' },
    });
  });

  test.each([
    [{ until: MONDAY }, undefined],
    [{ until: '2026-11-22T10:00:00Z' }, undefined],
    [{ until: 'soon' }, undefined],
    [{ until: '2026-11-25T10:00:00Z' }, '2026-11-26T10:00:00Z'],
    ['hour', '2026-11-23T08:00:00Z'],
    ['hour', 'soon'],
    ['until_revoked', 'soon'],
  ] as const)('%j from %s is refused', (lifetime, from) => {
    expect(linkValidity(lifetime, time, from)).toMatchObject({ ok: false, code: 'lifetime' });
  });
});

describe('a link', () => {
  const made = wrote(admin, planCreateLink(admin, { ...order, usesMax: 2 }));
  const { link, secret } = made.value;

  test('opens what its scope has, at once, with the least role', () => {
    expect(opens(made.engine, link, 'front')).toBe('granted');
    const [id] = made.value.assignments;
    expect(findElement(made.engine, 'assignments', id!)).toMatchObject({
      role: 'door_access',
      grantedBy: 'admin',
      validity: { until: '2026-11-24T10:00:00Z' },
    });
  });

  test('its secret stands nowhere in what is written; its hash does', () => {
    const { value: _, ...written } = made.draft;
    expect(JSON.stringify(written)).not.toContain(secret);
    expect(findElement(made.engine, 'links', link)?.secretHash).toMatch(/^sha256:[0-9a-f]{64}$/u);
    expect(findElement(made.engine, 'links', link)?.secretHash).toBe(linkHash(sha256, secret));
  });

  test('is exempt from geofence, reader and app access', () => {
    expect(opens(made.engine, link, 'near')).toBe('granted');
  });

  test('is bound by all the rest: hours, second factor, primary device, its end, a lockdown', () => {
    expect(opens(made.engine, link, 'front', { time: '2026-11-23T20:00:00Z' })).toBe('schedule');
    expect(opens(made.engine, link, 'safe')).toBe('second_factor');
    expect(opens(made.engine, link, 'own')).toBe('primary_device');
    expect(opens(made.engine, link, 'near', { time: '2026-11-24T10:00:00Z' })).toBe('expired');
    const shut = made.engine.apply({
      put: { lockdowns: [{ id: 'now', scope: { type: 'place', id: 'hq' } }] },
    });
    expect(opens(shut, link, 'near')).toBe('lockdown');
  });

  test('revoked, it opens nothing from that revision on', () => {
    const p = planning(made.engine, 'admin', MONDAY);
    const revoked = wrote(p, planRevokeLink(p, link));
    expect(opens(revoked.engine, link, 'near')).toBe('subject_inactive');
    expect(findLink(revoked.engine, secret, sha256)).toBe(link);
    expect(write(p, planRevokeLink(p, 'no'))).toBe('link_unknown');
  });

  test('deleted, it is a stranger, and its right and its terms are gone', () => {
    const p = planning(made.engine, 'admin', MONDAY);
    const gone = wrote(p, planDeleteLink(p, link));
    expect(gone.value.ended).toEqual(made.value.assignments);
    expect(gone.draft.records?.remove).toEqual([{ kind: 'link_terms', id: link }]);
    expect(opens(gone.engine, link, 'near')).toBe('subject_unknown');
    expect(findLink(gone.engine, secret, sha256)).toBeUndefined();
    expect(write(p, planDeleteLink(p, 'no'))).toBe('link_unknown');
  });

  test('may have hours of its own', () => {
    const hours = { windows: [{ days: ['mo' as const], from: '12:00', until: '13:00' }] };
    const noon = wrote(admin, planCreateLink(admin, { ...order, schedule: hours }));
    expect(opens(noon.engine, noon.value.link, 'near')).toBe('inactive_hours');
    expect(opens(noon.engine, noon.value.link, 'near', { time: '2026-11-23T11:30:00Z' })).toBe(
      'granted',
    );
  });

  test.each([
    [{ scopes: [] }, 'no_scope'],
    [{ usesMax: 0 }, 'uses'],
    [{ usesMax: 1.5 }, 'uses'],
    [{ usesMax: LINK_USES_MAX + 1 }, 'uses'],
    [{ lifetime: { until: 'soon' } }, 'lifetime'],
    [{ scopes: [{ type: 'door', id: 'front' }] }, 'no_link_role'],
  ])('%j is refused with %s', (wrong, code) => {
    const bad = { ...order, ...wrong } as NewLink;
    expect(write(admin, planCreateLink(admin, bad))).toBe(code);
  });

  test('who may not make links there makes none, and gives none a role that does more than open', () => {
    for (const actor of ['obs', 'da', 'labadmin']) {
      const p = planning(engine, actor, MONDAY);
      expect(write(p, planCreateLink(p, order))).toBe('no_access_right');
    }
    const manager = planCreateLink(admin, { ...order, role: 'group_manager' });
    expect(() => write(admin, manager)).toThrow(/no more than open/u);
  });

  test('group managers make links for their group, and nobody’s outlasts his own right', () => {
    const gm = planning(engine, 'gm', MONDAY);
    expect(typeof write(gm, planCreateLink(gm, order))).toBe('object');
    const brief = planning(engine, 'brief', MONDAY);
    expect(typeof write(brief, planCreateLink(brief, order))).toBe('object');
    const longer = planCreateLink(brief, { ...order, lifetime: 'until_revoked' });
    expect(write(brief, longer)).toBe('no_access_right');
  });

  test('other models: what their roles allow', () => {
    const kiwi = planning(site(KIWI), 'owner', MONDAY);
    expect(write(kiwi, planCreateLink(kiwi, order))).toBe('no_link_role');
    for (const policy of [STANDARD, ORGANIZATIONS]) {
      const p = planning(site(policy), 'owner', MONDAY);
      expect(typeof write(p, planCreateLink(p, order))).toBe('object');
      const other = planning(site(policy), 'bu', MONDAY);
      expect(write(other, planCreateLink(other, order))).toBe('no_access_right');
    }
  });
});

describe('finding a link by its secret', () => {
  test('each secret finds its own link, another finds none', () => {
    let from = engine;
    const secrets = new Map<string, string>();
    for (let index = 0; index < 20; index++) {
      const p = planning(from, 'admin', MONDAY);
      const made = wrote(p, planCreateLink(p, order));
      from = made.engine;
      secrets.set(made.value.link, made.value.secret);
    }
    expect(new Set(secrets.values()).size).toBe(20);
    for (const [link, secret] of secrets) expect(findLink(from, secret, sha256)).toBe(link);
    expect(findLink(from, 'A'.repeat(43), sha256)).toBeUndefined();
    expect(findLink(from, '', sha256)).toBeUndefined();
    // `visit` has `x` for a hash, which no secret has.
    expect(findLink(from, 'x', sha256)).toBeUndefined();
  });

  test('a hash that two links share is nobody’s', () => {
    const secret = 'B'.repeat(43);
    const secretHash = linkHash(sha256, secret);
    const one = engine.apply({ put: { links: [{ id: 'one', secretHash }] } });
    expect(findLink(one, secret, sha256)).toBe('one');
    const both = one.apply({ put: { links: [{ id: 'two', secretHash }] } });
    expect(findLink(both, secret, sha256)).toBeUndefined();
    expect(findLink(one, secret, sha256)).toBe('one');
  });
});

describe('the text of a link', () => {
  const secret = 'aZ09-_'.padEnd(43, 'x');

  test('either form is read back', () => {
    for (const text of [
      linkText(secret),
      linkText(secret, 'https://open.example.com/'),
      ` ${linkText(secret, 'https://open.example.com/de?x=1')}\n`,
    ]) {
      expect(parseLinkText(text)).toEqual({ ok: true, value: secret });
    }
    expect(linkText(secret)).toBe(`doorwright:link/${secret}`);
    expect(linkText(secret, 'https://a.b/')).toBe(`https://a.b/#${secret}`);
  });

  test.each(['', secret, `http://a.b/#${secret}`, `doorwright:link/${secret}x`, 'https://a.b/#x'])(
    '%j is none',
    (text) => {
      expect(parseLinkText(text)).toMatchObject({ ok: false, code: 'not_a_link' });
    },
  );

  test('a page without TLS, or with a fragment, is refused, and so is what is no secret', () => {
    expect(() => linkText(secret, 'http://a.b/')).toThrow(TypeError);
    expect(() => linkText(secret, 'https://a.b/#x')).toThrow(TypeError);
    expect(() => linkText('x')).toThrow(TypeError);
    expect(parseLinkText(`${' '.repeat(3000)}${linkText(secret)}`).ok).toBe(false);
  });
});

describe('uses', () => {
  test('a link without terms opens as often as it likes; one with terms until they are used up', () => {
    expect(linkUse(undefined)).toBe('may');
    expect(planAfterUse(engine, undefined)).toEqual({});
    expect(linkUse({ link: 'visit', usesMax: 2, uses: 1 })).toBe('may');
    expect(linkUse({ link: 'visit', usesMax: 2, uses: 2 })).toBe('exhausted');
    expect(() => planAfterUse(engine, { link: 'visit', usesMax: 2, uses: 2 })).toThrow(RangeError);
  });

  test('after the last use the link is switched off, which the system may do by itself', () => {
    const first = planAfterUse(engine, { link: 'visit', usesMax: 2, uses: 0 });
    expect(first).toEqual({
      records: { put: [encodeLinkTerms({ link: 'visit', usesMax: 2, uses: 1 })] },
    });
    const last = planAfterUse(engine, { link: 'visit', usesMax: 2, uses: 1 });
    expect(isWithdrawal(engine, last.changes!)).toBe(true);
    const after = engine.apply(last.changes!);
    expect(opens(after, 'visit', 'near')).toBe('subject_inactive');
  });

  test('damaged terms are used up', () => {
    for (const body of [
      {},
      { usesMax: 'x', uses: 0 },
      { usesMax: 5, uses: -1 },
      { usesMax: 0, uses: 0 },
    ]) {
      const terms = parseLinkTerms({ kind: 'link_terms', id: 'visit', body });
      expect(linkUse(terms)).toBe('exhausted');
    }
    expect(parseLinkTerms(undefined)).toBeUndefined();
  });

  test('only an opening by the link’s own right is a use', () => {
    const decide = (type: string, door: string, time = MONDAY) =>
      engine.decide({
        subject: { type, id: type === 'link' ? 'visit' : 'owner' },
        action: { name: 'unlock' },
        resource: { type: 'door', id: door },
        context: { time, method: 'link' },
      });
    expect(isLinkUse({ type: 'link' }, decide('link', 'near'))).toBe(true);
    expect(isLinkUse({ type: 'link' }, decide('link', 'safe'))).toBe(false);
    expect(decide('link', 'side').context.reason).toBe('door_unlocked');
    expect(isLinkUse({ type: 'link' }, decide('link', 'side'))).toBe(false);
    expect(isLinkUse({ type: 'user' }, decide('user', 'front'))).toBe(false);
  });

  test('whatever is tried in whatever order, no more openings pass than the terms allow', () => {
    const attempts = fc.array(fc.constantFrom('near', 'safe', 'side', 'front', 'none'), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(attempts, fc.integer({ min: 1, max: 6 }), (doors, usesMax) => {
        let from = engine;
        let terms = parseLinkTerms(encodeLinkTerms({ link: 'visit', usesMax, uses: 0 }));
        let passed = 0;
        for (const door of doors) {
          const request = {
            subject: { type: 'link', id: 'visit' },
            action: { name: 'unlock' },
            resource: { type: 'door', id: door },
            context: { time: NOW, method: 'link' },
          };
          const decision = from.decide(request);
          if (!isLinkUse(request.subject, decision)) continue;
          expect(linkUse(terms)).toBe('may');
          passed++;
          const plan = planAfterUse(from, terms);
          terms = parseLinkTerms(plan.records?.put?.[0]);
          if (plan.changes !== undefined) from = from.apply(plan.changes);
        }
        expect(passed).toBeLessThanOrEqual(usesMax);
        const wanted = doors.filter((door) => door === 'near').length;
        expect(passed).toBe(Math.min(wanted, usesMax));
      }),
      { seed: 20261122, numRuns: runs(100) },
    );
  });
});
