/** What a schema written in the words of `schema-nodes.ts` accepts, for rooms above that define documents of their own. */
import type { GenericSchema, InferOutput } from 'valibot';
import type { Immutable } from './document.js';

/** The type of the values a schema accepts, read-only all the way down, as a shape's frozen copies are. */
export type SchemaOutput<S extends GenericSchema> = Immutable<InferOutput<S>>;
