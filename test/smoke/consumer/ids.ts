/** A stranger's program, type-checked against the packed types: ids of an `as const` policy are literal. */
import { compilePolicy, type Decision, type Engine, PolicyError, parsePolicy } from 'doorwright';

const policy = {
  version: 1,
  organization: { id: 'acme', timeZone: 'Europe/Berlin' },
  places: [{ id: 'hq' }],
  doors: [
    { id: 'front', place: 'hq' },
    { id: 'back', place: 'hq' },
  ],
  users: [{ id: 'ada' }],
  links: [{ id: 'courier' }],
} as const;

const engine = compilePolicy(policy);
const time = new Date(0);

export const open: boolean = engine.can('ada', 'unlock', 'front', { time });
export const byLink: boolean = engine.can('courier', 'unlock', 'back', { time });
// @ts-expect-error the policy has no such door
engine.can('ada', 'unlock', 'side', { time });
// @ts-expect-error the policy has no such user or link
engine.can('bob', 'unlock', 'front', { time });
// @ts-expect-error the time is required
engine.can('ada', 'unlock', 'front', {});

const outside: unknown = JSON.parse('{}');
const loose: Engine = compilePolicy(outside);
export const anyId: boolean = loose.can('whoever', 'unlock', 'wherever', { time });
export const decision: Decision = loose.decide({
  subject: { type: 'user', id: 'ada' },
  action: { name: 'unlock' },
  resource: { type: 'door', id: 'front' },
  context: { time: '2026-01-01T00:00:00Z' },
});

const parsed = parsePolicy(outside);
export const pointers = parsed.ok ? [] : parsed.issues.map(({ pointer }) => pointer);
export const isOurs = (error: unknown) => error instanceof PolicyError && error.issues.length > 0;
