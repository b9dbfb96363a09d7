/**
 * Running a site (`doorwright/admin`): the pure workflows of administrators. They look at an engine and at
 * records, and answer with what is to be written. `doorwright/site` keeps it in a store.
 */
export type {
  EventDraft,
  EventFilter,
  EventLog,
  EventOutcome,
  EventQuery,
  PersonalPart,
  StoredEvent,
} from './events/event.js';
export { EVENT_LOGS } from './events/event.js';
export type { Notice, PermissionNeed, Plan } from './plan.js';
export type { Json, JsonObject, RecordChanges, RecordKind, SiteRecord } from './record.js';
export { RECORD_KINDS } from './record.js';
