/** Policies of other systems (`doorwright/interchange`): as Cedar, and from what Kisi and Casbin export. */

export { fromCasbin } from '../interchange/casbin/from-casbin.js';
export type { CasbinOptions } from '../interchange/casbin/options.js';
export type { CedarEntity, CedarValue } from '../interchange/cedar/entities.js';
export { type CedarExport, toCedar } from '../interchange/cedar/export.js';
export type { CedarUid } from '../interchange/cedar/names.js';
export type { CedarRequest } from '../interchange/cedar/request.js';
export type { CedarAction, CedarEntityType, CedarSchema } from '../interchange/cedar/schema.js';
export type { ImportCode, Imported, ImportNote } from '../interchange/imported.js';
export { fromKisi } from '../interchange/kisi/from-kisi.js';
export type { Hours } from '../interchange/kisi/restrictions.js';
export type { KisiOptions } from '../interchange/kisi/source.js';
