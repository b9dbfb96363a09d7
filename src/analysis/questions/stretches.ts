/** Time in pieces within which nothing changes. */

import type { Entity, Facts } from '../../engine/request.js';
import type { Span } from '../../values/instant.js';
import { OutOfRangeError } from '../out-of-range.js';
import type { Doorway } from './doorway.js';

/** Pieces of one question at one door: more than a year of quarter hours. */
const STRETCHES_MAX = 65_536;

/**
 * A span in pieces, within each of which no answer about a subject at a door changes, whatever the facts are, if they are
 * the same; with `facts`, as those of the request.
 * @throws RangeError where there are very many.
 */
export function* stretches(
  doorway: Doorway,
  subject: Entity,
  look: Span,
  facts: Partial<Facts> = {},
): Generator<Span> {
  const request = doorway.request(subject, { ...facts, time: look.from });
  let from = look.from;
  for (let left = STRETCHES_MAX; from < look.until; left--) {
    if (left === 0) {
      const { id } = doorway.portal;
      throw new OutOfRangeError(`too much changes at one door: ask about a shorter time \`${id}\``);
    }
    const until = Math.min(doorway.next(request, from) ?? look.until, look.until);
    yield { from, until };
    from = until;
  }
}
