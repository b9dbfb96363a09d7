/** A site in a store (`doorwright/site`): organisations, their engine, and the one way every write goes. */

export {
  type EventList,
  type EventListQuery,
  type ExportOptions,
  exportEvents,
  listEvents,
  type Reading,
} from './site/event-list.js';
export { keepEvents, logModeRules, setLogModes } from './site/log-modes.js';
export { nodeSiteHost } from './site/node-site-host.js';
export { type OpenSiteOptions, openSite } from './site/open-site.js';
export {
  type Erasure,
  type ErasureOrder,
  erasePerson,
  exportPerson,
  type PersonName,
} from './site/person-data.js';
export {
  type RetentionOptions,
  type RetentionRun,
  retentionRules,
  runRetention,
  setRetention,
} from './site/retention.js';
export type {
  Actor,
  Opening,
  Planned,
  Site,
  SiteHost,
  SiteView,
  WriteCode,
  WriteOrder,
  WriteResult,
} from './site/site.js';
export { type VerifyOptions, verifyEvents } from './site/verify-events.js';
export { memoryStore } from './store/memory.js';
export { pgliteStore } from './store/open-pglite.js';
export { type PostgresOptions, postgresStore } from './store/open-postgres.js';
export type { SqlStoreOptions } from './store/sql-store.js';
export type {
  OrganizationStore,
  OutboxRow,
  Store,
  StoreCode,
  StoreReader,
  StoreWriter,
} from './store/store.js';
export { StoreError } from './store/store.js';
