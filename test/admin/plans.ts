/** Workflows planned and written without a store: authorised as a site would, then applied. */
import { createHash } from 'node:crypto';
import { authorizeChange } from '../../src/admin/authorize-change.js';
import type { Draft, Planning } from '../../src/admin/provisioning/planning.js';
import type { SiteRecord } from '../../src/admin/record.js';
import type { Engine } from '../../src/engine/engine.js';
import type { Outcome } from '../../src/values/outcome.js';
import { NOW } from './sites.js';

export const sha256 = (bytes: Uint8Array) =>
  new Uint8Array(createHash('sha256').update(bytes).digest());

let count = 0;

/** What an actor plans with at `time` (default NOW): ids `n1`, `n2`, … and bytes that differ each time. */
export function planning(engine: Engine, actor: string, time: number | string = NOW): Planning {
  return {
    engine,
    actor,
    time: typeof time === 'number' ? time : Date.parse(time),
    newId: () => `n${++count}`,
    random: (length) => {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 32) {
        bytes.set(sha256(new TextEncoder().encode(`${++count}`)).subarray(0, length - at), at);
      }
      return bytes;
    },
    sha256,
  };
}

/** A plan that was written. */
export interface Written<T> {
  readonly engine: Engine;
  readonly value: T;
  readonly draft: Draft<T>;
}

/** Writes a plan if its actor may: its needs and its changes. Answers the code of whatever refuses. */
export function write<T>(p: Planning, planned: Outcome<Draft<T>, string>): Written<T> | string {
  if (!planned.ok) return planned.code;
  const { changes, needs = [], value } = planned.value;
  const subject = { type: 'user', id: p.actor };
  for (const { action, resource } of needs) {
    const context = { time: p.time };
    const decision = p.engine.decide({ subject, action: { name: action }, resource, context });
    if (!decision.decision) return decision.context.reason;
  }
  if (changes === undefined) return { engine: p.engine, value, draft: planned.value };
  const decision = authorizeChange(p.engine, subject, changes, { time: p.time });
  if (!decision.decision) return decision.context.reason;
  return { engine: p.engine.apply(changes), value, draft: planned.value };
}

/** As `write`, for what must be written. */
export function wrote<T>(p: Planning, planned: Outcome<Draft<T>, string>): Written<T> {
  const written = write(p, planned);
  if (typeof written === 'string') throw new Error(`refused: ${written}`);
  return written;
}

/** The one record a plan puts. */
export function recordOf({ draft }: Written<unknown>): SiteRecord {
  const [record] = draft.records?.put ?? [];
  if (record === undefined) throw new Error('no record');
  return record;
}
