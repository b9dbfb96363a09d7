/** Looking at bytes without believing them (`doorwright/inspect`), for whoever builds tools around the offline protocol. */
export type { Outcome } from '../src/values/outcome.js';
export type { ObjectKind } from './objects/envelope.js';
export { type Inspection, inspectObject } from './objects/inspect.js';
export type { CborCode } from './wire/cbor-read.js';
