/** The audit event of a write: who, by which way, what, why, and at which revision it can be seen. */
import type { EventDraft, EventOutcome } from '../../admin/events/event.js';
import type { Plan } from '../../admin/plan.js';
import type { Json, JsonObject } from '../../admin/record.js';
import type { Changes } from '../../policy/changes.js';
import { actorName, actorWay, type SiteView } from './site.js';

/** Ids of one collection that an event lists; the rest is counted. The outbox has them all. */
const IDS_MAX = 100;

/** What the audit event of one write is made of. */
export interface AuditFacts {
  readonly operation: string;
  readonly reason: string | undefined;
  readonly outcome: EventOutcome;
  readonly plan: Plan;
  readonly revision: number;
  /** A reason code, of a refusal. */
  readonly code?: string;
}

/**
 * The audit event of a write. Ids of what was changed stand in the personal part: they may be people's, and a
 * person can be erased from the log without breaking it.
 */
export function auditEvent(view: SiteView, facts: AuditFacts): EventDraft {
  const { operation, reason, outcome, plan, revision, code } = facts;
  const organization = { type: 'organization', id: view.organization };
  const { object = organization, data = {} } = plan.audit ?? {};
  const isPerson = object.type === 'user';
  return {
    log: 'audit',
    id: view.newId(),
    type: `doorwright.${operation}`,
    time: view.now,
    object: isPerson ? organization : object,
    outcome,
    ...(code === undefined ? {} : { reason: code }),
    data: { revision, ...actorWay(view.actor) },
    personal: {
      actor: actorName(view.actor),
      ...(isPerson ? { subject: object } : {}),
      data: {
        ...data,
        ...(reason === undefined ? {} : { why: reason }),
        ...(plan.changes === undefined ? {} : { changes: summary(plan.changes) }),
      },
    },
  };
}

function summary(changes: Changes): JsonObject {
  const parts: Record<string, Json> = {};
  if (changes.organization !== undefined) parts['organization'] = true;
  const put = sides<{ readonly id: string }>(changes.put, (element) => element.id);
  const removed = sides(changes.remove, (id) => id);
  if (Object.keys(put).length > 0) parts['put'] = put;
  if (Object.keys(removed).length > 0) parts['remove'] = removed;
  return parts;
}

function sides<E>(
  side: { readonly [collection: string]: readonly E[] } | undefined,
  idOf: (element: E) => string,
): JsonObject {
  const ids: Record<string, Json> = {};
  for (const [collection, elements] of Object.entries(side ?? {})) {
    if (elements.length === 0) continue;
    const named = elements.slice(0, IDS_MAX).map(idOf);
    ids[collection] = elements.length > IDS_MAX ? [...named, elements.length - IDS_MAX] : named;
  }
  return ids;
}
