/** Fields that the bodies of many records have, as schemas. */
import { v } from '../policy/schema-nodes.js';
import { INSTANT_END, INSTANT_MIN } from '../values/instant.js';
import { ID_LENGTH_MAX, NAME_LENGTH_MAX } from '../values/limits.js';

/** An id of the policy, or one of ours that is written like one. */
export const idField = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(ID_LENGTH_MAX),
  v.regex(/^[A-Za-z0-9._~:@+-]+$/u, 'must be letters, digits and . _ ~ : @ + - only'),
);

/** What people call it. */
export const nameField = v.pipe(
  v.string(),
  v.maxLength(NAME_LENGTH_MAX),
  v.regex(/^[^\p{Cc}\uD800-\uDFFF]*$/u, 'must be whole, visible characters'),
);

/** A whole number of a range. */
export const wholeField = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** Epoch milliseconds. */
export const instantField = wholeField(INSTANT_MIN, INSTANT_END - 1);

/** Somebody who can go in or out. */
export const bearerField = v.strictObject({ type: v.picklist(['user', 'link']), id: idField });

/** Ids, a bounded number of them. */
export const idsField = (most: number) => v.pipe(v.array(idField), v.maxLength(most));
