/** Readers and methods: where a person stands and how the opening was asked for. */
import type { Reader } from '../../policy/document.js';

/** How an opening was asked for, after the stated method was checked against the reader. */
export type Method = 'tap' | 'card' | 'qr' | 'remote' | 'link';

/**
 * The reader at which the person stands: one of these readers, named together with a stated `tap`,
 * `card` or `qr`. Its direction tells entry from exit.
 * @param readers - of the door, or of the elevator for a stop.
 * @param method - the fact as stated, of any type.
 * @param reader - the fact as stated, of any type.
 */
export function countingReader(
  readers: readonly Reader[] | undefined,
  method: unknown,
  reader: unknown,
): Reader | undefined {
  if (readers === undefined || typeof reader !== 'string' || !isAtReader(method)) return undefined;
  for (const candidate of readers) {
    if (candidate.id === reader) return candidate;
  }
  return undefined;
}

/**
 * The method that counts. Absent, null and unknown ones are `remote`; so is `link` from anybody but a
 * link, and `tap`, `card` or `qr` at a door that has readers without one of them.
 * @param isLink - whether the subject is an access link.
 */
export function effectiveMethod(
  readers: readonly Reader[] | undefined,
  method: unknown,
  reader: unknown,
  isLink: boolean,
): Method {
  if (isAtReader(method)) {
    const hasReaders = readers !== undefined && readers.length > 0;
    return hasReaders && countingReader(readers, method, reader) === undefined ? 'remote' : method;
  }
  return method === 'link' && isLink ? 'link' : 'remote';
}

/** Whether a stated method is one that happens at a reader or lock. */
function isAtReader(method: unknown): method is 'tap' | 'card' | 'qr' {
  return method === 'tap' || method === 'card' || method === 'qr';
}
