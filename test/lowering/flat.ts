/** One flat with an offline lock, for tests that are about one rule; and grants as people read them. */
import { compilePolicy } from '../../src/index.js';
import type { LoweredDoor, LoweredGrant } from '../../src/lowering/grant.js';
import { lower } from '../../src/lowering/lower.js';
import type { DoorQuestion } from '../../src/lowering/question.js';

/** Monday 2 March 2026, noon in Berlin. */
export const NOON = Date.parse('2026-03-02T12:00:00+01:00') / 1000;
export const HOUR = 3600;
export const DAY = 24 * HOUR;

type Loose = Record<string, unknown>;

/** Ada, a resident, is a guest at the offline door `flat` of `house`; `parts` replaces members. */
export function house(parts: Loose = {}): Loose {
  return {
    version: 1,
    organization: { id: 'org', timeZone: 'Europe/Berlin', roles: 'kiwi' },
    places: [{ id: 'house' }],
    doors: [door()],
    users: [{ id: 'ada', segment: 'resident' }, { id: 'bob' }],
    credentials: [phone('ada-phone', 'ada'), phone('bob-phone', 'bob')],
    assignments: [right('a')],
    ...parts,
  };
}

/** The door `flat`, with more members. */
export function door(parts: Loose = {}): Loose {
  return { id: 'flat', place: 'house', lock: 'offline', readers: [{ id: 'flat-in' }], ...parts };
}

/** A credential, an active phone unless `parts` says otherwise. */
export function phone(id: string, user: string, parts: Loose = {}): Loose {
  return { id, kind: 'phone', user, state: 'active', ...parts };
}

/** Ada's right at the door, unless `parts` says otherwise. */
export function right(id: string, parts: Loose = {}): Loose {
  const scope = { type: 'door', id: 'flat' };
  return { id, subject: { type: 'user', id: 'ada' }, role: 'guest', scope, ...parts };
}

/** A schedule of weekly windows on these days. */
export function weekly(days: readonly string[], ...spans: readonly [string, string][]): Loose {
  return { windows: spans.map(([from, until]) => ({ days, from, until })) };
}

/** A schedule with 94 changes a day: nine minutes of each half hour but the last, from this minute on. */
export function busy(minute: number): Loose {
  const spans = Array.from({ length: 47 }, (_, half): [string, string] => {
    const at = (plus: number) =>
      [half >> 1, 30 * (half & 1) + minute + plus].map((n) => String(n).padStart(2, '0')).join(':');
    return [at(0), at(9)];
  });
  return weekly(['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'], ...spans);
}

/** What Ada's phone gets at the flat from Monday noon; `question` replaces members. */
export function lowered(parts: Loose = {}, question: Partial<DoorQuestion> = {}): LoweredDoor {
  return lower(compilePolicy<unknown>(house(parts)), {
    ...{ user: 'ada', credential: 'ada-phone', door: 'flat', from: NOON },
    ...question,
  });
}

/** When a grant opens, in Berlin's winter time without its offset: `03-02 12:00 to 03-03 12:00`, seconds only when there are any. */
export function times({ nbf, exp, windows = [] }: LoweredGrant): string[] {
  const base = 60 * Math.floor(nbf / 60);
  const spans: string[] = [];
  for (let i = 0; i < windows.length; i += 2) {
    const start = Math.max(nbf, base + 60 * windows[i]!);
    const end = Math.min(exp, base + 60 * windows[i + 1]!);
    spans.push(`${local(start)} to ${local(end)}`);
  }
  return spans.length > 0 ? spans : [`${local(nbf)} to ${local(exp)}`];
}

function local(seconds: number): string {
  const text = new Date((seconds + HOUR) * 1000).toISOString();
  return text.slice(5, 19).replace('T', ' ').replace(/:00$/, '');
}
