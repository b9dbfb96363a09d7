/** Events in the shape that other systems take: CloudEvents 1.0 in its JSON format. */
import type { JsonObject } from '../record.js';
import type { StoredEvent } from './event.js';
import { readEvent } from './read-event.js';

/** One event in the JSON format of CloudEvents 1.0 §3. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** Unique in its source; the idempotency key of webhooks. */
  readonly id: string;
  /** `/doorwright/<organisation>/<log>`. */
  readonly source: string;
  readonly type: string;
  /** `<type>/<id>` of the object, percent-encoded; absent when the content was erased. */
  readonly subject?: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: JsonObject;
  /** The number in the log, 16 digits, so that texts sort as numbers (the extension "Sequence"). */
  readonly sequence: string;
  /** The hash of the event in its chain, hex. */
  readonly chainhash: string;
}

/** Media type of one event. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

/**
 * The CloudEvent of a stored event.
 * @see CloudEvents 1.0.2 §3; extension "Sequence"
 */
export function toCloudEvent(stored: StoredEvent, organization: string): CloudEvent {
  const { log, seq, id, type, time, erased, ...rest } = readEvent(stored);
  const { object, personalData, data = {}, ...facts } = rest;
  return {
    specversion: '1.0',
    id,
    source: `/doorwright/${encodeURIComponent(organization)}/${log}`,
    type,
    ...(object === undefined ? {} : { subject: pathOf(object.type, object.id) }),
    time,
    datacontenttype: 'application/json',
    data: {
      ...facts,
      ...(object === undefined ? {} : { object }),
      data,
      ...(personalData === undefined ? {} : { personalData }),
      ...(erased.length === 0 ? {} : { erased }),
    } as unknown as JsonObject,
    sequence: String(seq).padStart(16, '0'),
    chainhash: stored.hash,
  };
}

function pathOf(type: string, id: string): string {
  return `${encodeURIComponent(type)}/${encodeURIComponent(id)}`;
}
