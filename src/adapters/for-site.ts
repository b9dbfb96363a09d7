/** A site in a store (`doorwright/site`): organisations, their engine, and the one way every write goes. */

export { nodeSiteHost } from './site/node-site-host.js';
export { type OpenSiteOptions, openSite } from './site/open-site.js';
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
export { memoryStore } from './store/memory.js';
export type {
  OrganizationStore,
  OutboxRow,
  Store,
  StoreCode,
  StoreReader,
  StoreWriter,
} from './store/store.js';
export { StoreError } from './store/store.js';
