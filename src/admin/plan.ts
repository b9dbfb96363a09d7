/**
 * What a workflow of a site wants to write: judged, written whole or not at all, recorded. Workflows are pure:
 * they look at an engine and records, and answer with a plan or a code.
 */
import type { Entity } from '../engine/request.js';
import type { Changes } from '../policy/changes.js';
import type { EntityName, EventDraft } from './events/event.js';
import type { NoticePreference } from './notices/preference.js';
import type { JsonObject, RecordChanges } from './record.js';

/** One permission that a change of records needs, judged by the engine as A1 and A2 say. */
export interface PermissionNeed {
  readonly action: string;
  /** Of a type the document does not hold, `properties.scope` says where it lies. */
  readonly resource: Entity;
}

/** Something a person is to be told, if preferences allow it; sent by a notification port, never by us. */
export interface Notice {
  /** `access_granted`, `access_withdrawn`, `occupancy`, `report`, `enrolment`, … */
  readonly kind: string;
  /** Whom to tell. */
  readonly to: EntityName;
  /** What about. */
  readonly object: EntityName;
  readonly data: JsonObject;
}

/** What is to be written, in one transaction. */
export interface Plan {
  /** Changes of the policy: judged whole by `authorizeChange` for the actor. */
  readonly changes?: Changes;
  readonly records?: RecordChanges;
  /** All must be permitted. A plan that writes records and has no need is refused, except for the system. */
  readonly needs?: readonly PermissionNeed[];
  /** Set where the records are the actor's own: then an active actor is all that is needed. */
  readonly own?: true;
  /** Beside the audit event that every write gets. */
  readonly events?: readonly EventDraft[];
  readonly notices?: readonly Notice[];
  /** Whether people are told of access that the changes give or take: before the organisation's wish, after their own. */
  readonly noticePreference?: NoticePreference;
  /** For the audit event: what a person should read of it beside the changes. No secrets. */
  readonly audit?: { readonly object?: EntityName; readonly data?: JsonObject };
}
