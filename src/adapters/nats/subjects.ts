/** Subjects of a feed on NATS: `doorwright.<organisation>.<slice>.…`, every id one token. */

/** Where on a NATS server feeds are. */
export interface FeedPlace {
  /** First tokens of every subject. Default `doorwright`. */
  readonly prefix?: string;
}

/** The subjects of one slice. */
export interface FeedSubjects {
  readonly delta: string;
  readonly heartbeat: string;
  /** Answered by any one publisher. */
  readonly askSnapshot: string;
  readonly askDeltas: string;
  /** Answered by the one publisher that began the answer. */
  askMore(publisher: string): string;
  /** Heard by every publisher. */
  acknowledge(consumer: string): string;
}

/** @throws TypeError for a prefix that is none. */
export function feedSubjects(
  organization: string,
  slice: string,
  place: FeedPlace = {},
): FeedSubjects {
  const base = `${prefixOf(place)}.${subjectToken(organization)}.${subjectToken(slice)}`;
  return {
    delta: `${base}.delta`,
    heartbeat: `${base}.heartbeat`,
    askSnapshot: `${base}.ask.snapshot`,
    askDeltas: `${base}.ask.deltas`,
    askMore: (publisher) => `${base}.ask.more.${publisher}`,
    acknowledge: (consumer) => `${base}.ack.${subjectToken(consumer)}`,
  };
}

/** The first tokens. @throws TypeError for what is no part of a subject. */
export function prefixOf({ prefix = 'doorwright' }: FeedPlace): string {
  if (/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/u.test(prefix)) return prefix;
  throw new TypeError(`not the beginning of a subject \`${prefix}\``);
}

/**
 * An id as one token of a subject: what could be a wildcard, a separator or anything else is written `=XX`. No two ids are one
 * token; the empty one is `=`.
 */
export function subjectToken(id: string): string {
  if (id === '') return '=';
  return Array.from(new TextEncoder().encode(id), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_-]/u.test(character)
      ? character
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
