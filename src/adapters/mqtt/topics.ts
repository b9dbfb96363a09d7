/** Names of topics. Ids are escaped, so that no id can become a level, a wildcard or somebody else's topic. */

/** The last level of a lock's topics, and of requests for its door. */
export type TopicLeaf = 'set' | 'state' | 'availability' | 'event' | 'result' | 'request';

/** What an address `<prefix>/<id>/<leaf>` says. */
export interface TopicAddress {
  readonly id: string;
  readonly leaf: string;
}

/** Longest prefix: MQTT takes 65 535 bytes a topic, people take less. */
const PREFIX_LENGTH_MAX = 128;
/** Longest escaped id that is read back: 128 characters of at most four bytes, each written `_xx`. */
const LEVEL_LENGTH_MAX = 1536;

/**
 * An id as one level of a topic: letters, digits and `-` stand for themselves, every other byte of its UTF-8 is `_` and two
 * hexadecimal digits. Different ids give different levels, and the form is what Home Assistant takes as an object id.
 * @throws TypeError for an empty id.
 */
export function topicLevel(id: string): string {
  if (id === '') throw new TypeError('an id is not empty');
  let level = '';
  for (const byte of new TextEncoder().encode(id)) {
    const character = String.fromCharCode(byte);
    level += /[A-Za-z0-9-]/u.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
  }
  return level;
}

/** The id a level stands for; undefined for one that `topicLevel` never writes. */
export function idOfLevel(level: string): string | undefined {
  if (level.length > LEVEL_LENGTH_MAX || !/^(?:[A-Za-z0-9-]|_[0-9a-f]{2})+$/u.test(level))
    return undefined;
  const bytes: number[] = [];
  for (let at = 0; at < level.length; at++) {
    if (level[at] !== '_') bytes.push(level.charCodeAt(at));
    else {
      bytes.push(Number.parseInt(level.slice(at + 1, at + 3), 16));
      at += 2;
    }
  }
  try {
    const id = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(bytes),
    );
    return topicLevel(id) === level ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Refuses a prefix that is none: levels of letters, digits, `-` and `_`. @throws TypeError */
export function requirePrefix(prefix: string): string {
  if (prefix.length > PREFIX_LENGTH_MAX || !/^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/u.test(prefix))
    throw new TypeError('a prefix is levels of letters, digits, - and _');
  return prefix;
}

/** A topic of a lock or door. */
export function topicOf(prefix: string, id: string, leaf: TopicLeaf): string {
  return `${prefix}/${topicLevel(id)}/${leaf}`;
}

/** Where the gateway says that it is there. No id is written with `~`. */
export function gatewayTopic(prefix: string): string {
  return `${prefix}/~gateway/availability`;
}

/** What a topic below a prefix says; undefined for any other. */
export function readTopic(prefix: string, topic: string): TopicAddress | undefined {
  if (!topic.startsWith(`${prefix}/`)) return undefined;
  const [level, leaf, ...more] = topic.slice(prefix.length + 1).split('/');
  if (level === undefined || leaf === undefined || more.length > 0) return undefined;
  const id = idOfLevel(level);
  return id === undefined ? undefined : { id, leaf };
}
