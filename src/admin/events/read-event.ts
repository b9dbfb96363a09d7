/** A stored event as something to look at: its texts read, its hashes left out. */
import type { JsonObject } from '../record.js';
import type { EntityName, EventLog, EventOutcome, StoredEvent } from './event.js';

/** An event of a log, read. */
export interface ReadEvent {
  readonly log: EventLog;
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly outcome: EventOutcome;
  /** This and the next three: undefined when the content was erased. */
  readonly object?: EntityName;
  readonly place?: string;
  readonly reason?: string;
  readonly data?: JsonObject;
  /** These three: undefined when there never was any, or it was erased. */
  readonly actor?: EntityName;
  readonly subject?: EntityName;
  readonly personalData?: JsonObject;
  /** Parts that were there once. */
  readonly erased: readonly ('content' | 'personal')[];
}

/**
 * Reads the texts of an event.
 * @throws SyntaxError when a text is no JSON: somebody changed it; `verifyEvents` says where.
 */
export function readEvent(stored: StoredEvent): ReadEvent {
  const { log, seq, id, type, time, outcome } = stored;
  const content = read<Content>(stored.content);
  const personal = read<Personal>(stored.personal);
  const had = !/^0*$/u.test(stored.commitment);
  return {
    ...{ log, seq, id, type, time, outcome },
    ...(content === undefined ? {} : withoutSalt(content)),
    ...(personal === undefined ? {} : named(personal)),
    erased: [
      ...(content === undefined ? (['content'] as const) : []),
      ...(personal === undefined && had ? (['personal'] as const) : []),
    ],
  };
}

type Content = Required<Pick<ReadEvent, 'object' | 'data'>> &
  Pick<ReadEvent, 'place' | 'reason'> & { readonly salt: string };

interface Personal {
  readonly actor?: EntityName;
  readonly subject?: EntityName;
  readonly data?: JsonObject;
}

function read<T>(text: string | null): T | undefined {
  return text === null ? undefined : (JSON.parse(text) as T);
}

function withoutSalt({ salt: _, ...content }: Content): Omit<Content, 'salt'> {
  return content;
}

function named({ data, ...people }: Personal): Pick<ReadEvent, 'personalData'> {
  return { ...people, ...(data === undefined ? {} : { personalData: data }) };
}
