/** A site in a store (`doorwright/site`): organisations, their engine, and the one way every write goes. */

export type * from '../admin/index.js';
export { csvFolderSource } from './directory/csv-folder.js';
export type { HttpPagesOptions } from './directory/http-pages.js';
export { type LdifOptions, ldifSource } from './directory/ldif.js';
export {
  type OfficeRndList,
  type OfficeRndOptions,
  officeRndSource,
} from './directory/office-rnd.js';
export {
  type Schedule,
  type ScheduleHost,
  type ScheduleOptions,
  startSchedule,
} from './directory/schedule.js';
export {
  type DirectorySource,
  type DirectorySourceCode,
  DirectorySourceError,
} from './directory/source.js';
export type { ByteSource, Separator } from './import/csv-stream.js';
export type { TextEncoding } from './import/encoding.js';
export { exportFile } from './import/export-file.js';
export { importFile } from './import/import-file.js';
export {
  type ImportHead,
  type ImportHeading,
  readImportHead,
} from './import/import-head.js';
export type {
  ImportFailure,
  ImportOptions,
  ImportProgress,
  ImportReport,
  ImportRun,
} from './import/import-run.js';
export { changeValidity, endAccess, grantAccess, transferRole } from './site/access.js';
export {
  type ApiKeyEntry,
  type ApiKeyOrder,
  authenticateApiKey,
  createApiKey,
  listApiKeys,
  mayRead,
  type NewApiKey,
  revokeApiKey,
} from './site/api-keys.js';
export {
  assessBulk,
  BULK_WHOLE_MAX,
  type BulkCode,
  type BulkDone,
  type BulkOptions,
  bulkGrant,
} from './site/bulk-grants.js';
export { listCheckIns } from './site/check-ins.js';
export {
  addCredential,
  makeBadge,
  removeCredential,
  setCredentialState,
} from './site/credentials.js';
export { type DirectoryLinkCode, linkMember } from './site/directory-links.js';
export {
  type DirectoryRulesCode,
  putDirectory,
  type RulesRead,
  readRules as readDirectoryRules,
  removeDirectory,
} from './site/directory-rules.js';
export type {
  DirectoryFailure,
  DirectoryResult,
  DirectoryRun,
  DirectoryRunOptions,
  DirectoryWriteCode,
} from './site/directory-run.js';
export { type DirectoryScheduleOptions, startDirectory } from './site/directory-schedule.js';
export { syncDirectory } from './site/directory-sync.js';
export { endUnlock, readDoorState, resumeUnlock } from './site/doors.js';
export { sweepEnrolments } from './site/enrolment-sweep.js';
export {
  cancelEnrolment,
  closeReaderEnrolment,
  enrolCard,
  offerEnrolment,
  openReaderEnrolment,
} from './site/enrolments.js';
export {
  type EventList,
  type EventListQuery,
  type ExportOptions,
  exportEvents,
  listEvents,
  type Reading,
} from './site/event-list.js';
export { changeGroup, createGroup, deleteGroup } from './site/groups.js';
export {
  type DeviceOrder,
  type InventoryCode,
  type InventoryEntry,
  inventoryOf,
  putDevice,
  removeDevice,
  reportDevice,
  tasksOf,
} from './site/inventory.js';
export { createLink, deleteLink, linkUses, openWithLink, revokeLink } from './site/links.js';
export { endLockdown, lockDown } from './site/lockdowns.js';
export { keepEvents, logModeRules, setLogModes } from './site/log-modes.js';
export {
  markSafe,
  type Occupancy,
  type ReadCode,
  readMuster,
  readOccupancy,
} from './site/muster.js';
export { nodeSiteHost } from './site/node-site-host.js';
export { setOrganizationNotices, setPersonNotices } from './site/notices.js';
export { takeUpOfflineChanges, type WaitingDoor, waitingOfflineChanges } from './site/offline.js';
export { type OpenSiteOptions, openSite } from './site/open-site.js';
export {
  type Erasure,
  type ErasureOrder,
  erasePerson,
  exportPerson,
  type PersonName,
} from './site/person-data.js';
export type { Person, WriteOptions } from './site/planned-write.js';
export {
  endCapacity,
  forgivePassback,
  type NotKept,
  recountPlace,
  removeAlertPolicy,
  setAlertPolicy,
  setCapacity,
} from './site/presence.js';
export { sweepPresence } from './site/presence-sweep.js';
export { redeemEnrolment } from './site/redeem-enrolment.js';
export {
  endReport,
  type ReportCode,
  type ReportOrder,
  renderReport,
  scheduleReport,
  sendDueReports,
} from './site/reports.js';
export {
  type RetentionOptions,
  type RetentionRun,
  retentionRules,
  runRetention,
  setRetention,
} from './site/retention.js';
export type {
  Actor,
  Observed,
  Opening,
  Planned,
  Site,
  SiteHost,
  SiteView,
  WriteCode,
  WriteOrder,
  WriteResult,
} from './site/site.js';
export { readSyncState, tellSync } from './site/sync-state.js';
export { changeMembers, createTeam, deleteTeam } from './site/teams.js';
export { handOverDoor, returnDoor } from './site/tenancies.js';
export { type OutboxTrim, type TrimOutboxOptions, trimOutbox } from './site/trim-outbox.js';
export { activateUser, createUser, deactivateUser, updateUser } from './site/users.js';
export { type VerifyOptions, verifyEvents } from './site/verify-events.js';
export { forgetWhereabouts, readWhereabouts, type Whereabouts } from './site/whereabouts.js';
export {
  followAlarmSchedules,
  readZones,
  removeZone,
  resetZone,
  setZone,
  setZoneMode,
  type ZoneName,
  type ZoneNow,
  type ZoneUnknown,
} from './site/zones.js';
export { memoryStore } from './store/memory.js';
export { pgliteStore } from './store/open-pglite.js';
export { type PostgresOptions, postgresStore } from './store/open-postgres.js';
export type { SqlStoreOptions } from './store/sql-store.js';
export type {
  OrganizationStore,
  OutboxBounds,
  OutboxRow,
  Store,
  StoreCode,
  StoreReader,
  StoreWriter,
} from './store/store.js';
export { StoreError } from './store/store.js';
export type { AddressRules } from './webhooks/address.js';
export {
  type DeadLetter,
  type DeadLetterCode,
  dropDeadLetter,
  listDeadLetters,
  replayDeadLetter,
} from './webhooks/dead-letter.js';
export {
  type DeliverOptions,
  type DeliveryRound,
  deliverWebhooks,
  type RepeatOptions,
  repeatRounds,
} from './webhooks/deliver.js';
export {
  type AttemptOutcome,
  DELIVERY_RULES,
  type DeliveryRules,
} from './webhooks/delivery.js';
export {
  type DeliveredNotice,
  deliverNotices,
  type NotificationPort,
  type NotifyOptions,
} from './webhooks/notify.js';
export type { ConsumerOptions, ConsumerRun } from './webhooks/run.js';
export {
  type ResolveName,
  type SendCode,
  type SenderOptions,
  type SendWebhook,
  type WebhookMessage,
  type WebhookReply,
  webhookSender,
} from './webhooks/send.js';
export type { Webhook } from './webhooks/webhook.js';
export {
  changeWebhook,
  createWebhook,
  listWebhooks,
  type NewWebhook,
  removeWebhook,
  rotateWebhookSecret,
  type WebhookChange,
  type WebhookCode,
  type WebhookEntry,
  type WebhookOrder,
} from './webhooks/webhooks.js';
