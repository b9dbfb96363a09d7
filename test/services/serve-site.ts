/** A site whose store several served processes follow: giving and ending rights, and asking whether they are seen. */
import { createHash } from 'node:crypto';
import { writeToken } from '../../src/adapters/pdp/token.js';
import { endAccess, grantAccess } from '../../src/adapters/site/access.js';
import type { Site } from '../../src/adapters/site/site.js';
import type { Policy } from '../../src/policy/document.js';

export const TOKEN = 'the-token-of-a-gate-in-a-test';
const BOSS = { type: 'user', id: 'boss' } as const;

/** People without rights at one door. */
export function servedPolicy(organization: string, users: number): Policy {
  return {
    version: 1,
    organization: { id: organization, timeZone: 'UTC' },
    places: [{ id: 'hq' }],
    doors: [{ id: 'front', place: 'hq' }],
    groups: [{ id: 'staff', doors: ['front'] }],
    users: [{ id: 'boss' }, ...Array.from({ length: users }, (_, at) => ({ id: `u${at}` }))],
    assignments: [
      {
        id: 'owner',
        subject: BOSS,
        role: 'organization_owner',
        scope: { type: 'organization', id: organization },
      },
    ],
  } as Policy;
}

/** The file of clients of a gate that asks for consistency. */
export function clientsText(): string {
  const sha256 = createHash('sha256').update(TOKEN).digest('hex');
  return JSON.stringify({ clients: [{ id: 'gate', sha256, consistency: true }] });
}

/** A right that was written: its assignment, and the revision at which it can be seen. */
export interface WrittenRight {
  readonly assignment: string;
  readonly revision: number;
}

/** @throws Error where it is refused; StoreError where the store fails. */
export async function give(site: Site, user: string): Promise<WrittenRight> {
  const done = await grantAccess(site, BOSS, {
    subject: { type: 'user', id: user },
    role: 'door_access',
    scope: { type: 'group', id: 'staff' },
  });
  if (!done.ok) throw new Error(`not given: ${done.code} ${done.detail}`);
  return { assignment: done.value.assignment, revision: done.revision };
}

/** Answers the revision. @throws as {@link give}. */
export async function end(site: Site, assignment: string): Promise<number> {
  const done = await endAccess(site, BOSS, [assignment]);
  if (!done.ok) throw new Error(`not ended: ${done.code} ${done.detail}`);
  return done.revision;
}

/** What a served process says. `decided` is false for a 503, a process that is gone, and whatever is no decision by the policy. */
export interface Said {
  readonly decided: boolean;
  readonly permit: boolean;
  readonly revision: number;
}

const NOTHING: Said = { decided: false, permit: false, revision: -1 };

/** Asks at a consistency; as new as `revision`, where there is one. */
export async function ask(url: string, site: Site, user: string, revision?: number): Promise<Said> {
  const { organization } = site;
  const consistency =
    revision === undefined
      ? { kind: 'local' }
      : { kind: 'atLeast', token: writeToken({ organization, epoch: 0, revision }) };
  const sent = {
    subject: { type: 'user', id: user },
    action: { name: 'unlock' },
    resource: { type: 'door', id: 'front' },
    options: { state: true, consistency },
  };
  try {
    const answer = await fetch(`${url}/access/v1/evaluation`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(sent),
      signal: AbortSignal.timeout(5_000),
    });
    if (answer.status === 503) return NOTHING;
    if (answer.status !== 200) throw new TypeError(`${answer.status}: ${await answer.text()}`);
    const { decision, context } = (await answer.json()) as {
      decision: boolean;
      context?: { revision?: number };
    };
    const seen = context?.revision;
    if (seen === undefined) return { ...NOTHING, permit: decision };
    return { decided: true, permit: decision, revision: seen };
  } catch (error) {
    // A process that was killed while it was asked: `fetch failed` is the only TypeError that means so.
    if (error instanceof TypeError && /^\d/u.test(error.message)) throw error;
    return NOTHING;
  }
}
