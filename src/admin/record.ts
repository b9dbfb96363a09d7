/**
 * Site records: what a site keeps beside its policy, because no decision at a door needs it (link limits,
 * directory rules, presence, devices, API keys, …). A record is found by its kind and id.
 */

/** JSON data, read-only all the way down. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [member: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [member: string]: Json };

/**
 * The closed list of kinds. Each is described, read and written by the one file named in its row; nobody
 * else looks into its body.
 */
export const RECORD_KINDS = [
  'api_key', // admin/api-keys
  'alert_policy', // admin/presence
  'bulk_job', // admin/provisioning
  'capacity', // admin/presence: whether and how a place keeps count
  'capacity_state', // admin/presence: how many are inside, which thresholds are crossed
  'check_in', // admin/check-ins
  'companion', // admin/presence: who waits at a door for a second person
  'cursor', // adapters/site: how far a consumer has read a log
  'dead_letter', // adapters/webhooks
  'device', // admin/inventory
  'directory', // admin/directory: rules, source and brake of one mapping
  'directory_link', // admin/directory: which user an outside member is
  'door_state', // admin/door-state: arrivals, last to leave, held open
  'enrolment', // admin/provisioning: a token that lets somebody enrol a credential
  'feed', // adapters/distribution: epoch and chain of the feed, and who is counted on to enforce it
  'import_job', // admin/import
  'link_terms', // admin/links: uses allowed and uses made
  'log_mode', // admin/events
  'notice_preference', // admin/notices
  'offline_change', // admin/offline: a revocation or widening that an offline lock must hear of
  'presence', // admin/presence
  'report_schedule', // admin/reports
  'retention', // admin/events
  'scim_group', // adapters/scim
  'scim_user', // adapters/scim
  'sync_state', // sync
  'webhook', // adapters/webhooks
  'zone', // admin/zones
  'zone_state', // admin/zones: how a zone was armed, overridden, set off
] as const;

/** The kind of a record. */
export type RecordKind = (typeof RECORD_KINDS)[number];

/** One record. */
export interface SiteRecord {
  readonly kind: RecordKind;
  /** 1 to 512 characters, unique within the kind: three ids and what stands between them fit. */
  readonly id: string;
  readonly body: JsonObject;
}

/** Records to write whole, and to delete. Naming one twice is the caller's mistake. */
export interface RecordChanges {
  readonly put?: readonly SiteRecord[];
  /** Deleting what is not there does nothing. */
  readonly remove?: readonly { readonly kind: RecordKind; readonly id: string }[];
}
