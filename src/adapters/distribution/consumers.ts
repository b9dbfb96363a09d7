/** The consumers of a feed that a site counts on: who must enforce a change before it is in force everywhere. */
import { idField, instantField } from '../../admin/record-fields.js';
import { recordShape } from '../../admin/record-shape.js';
import { v } from '../../policy/schema-nodes.js';
import { allRecords } from '../site/all-records.js';
import { settingsNeed } from '../site/event-rights.js';
import type { Actor, Site, WriteResult } from '../site/site.js';
import type { StoreReader } from '../store/store.js';

/** One that is counted on. */
export interface FeedConsumer {
  /** 1 to 128 characters of `[A-Za-z0-9._~:@+-]`. */
  readonly consumer: string;
  /** The slice it follows; empty for the whole. */
  readonly slice: string;
  /** Epoch milliseconds. */
  readonly registered: number;
}

const PREFIX = 'consumer ';

/** The name of a slice: an id, or nothing for the whole. */
const sliceField = v.pipe(
  v.string(),
  v.maxLength(128),
  v.regex(/^[A-Za-z0-9._~:@+-]*$/u, 'must be letters, digits and . _ ~ : @ + - only'),
);

const consumerShape = recordShape<FeedConsumer>('feed', () =>
  v.strictObject({
    consumer: idField,
    slice: sliceField,
    registered: instantField,
  }),
);

/** Counts on a consumer from now on. Audited. */
export function registerConsumer(
  site: Site,
  actor: Actor,
  order: { readonly consumer: string; readonly slice?: string },
): Promise<WriteResult<FeedConsumer, 'malformed'>> {
  return site.write<FeedConsumer, 'malformed'>({
    actor,
    operation: 'feed.register_consumer',
    plan: ({ engine, time }) => {
      const { consumer, slice = '' } = order;
      const parsed = consumerShape.parse({ consumer, slice, registered: time });
      if (!parsed.ok) return parsed;
      const put = [consumerShape.record(PREFIX + consumer, parsed.value)];
      const audit = { object: { type: 'feed_consumer', id: consumer }, data: { slice } };
      const needs = [settingsNeed(engine)];
      return { ok: true, value: { value: parsed.value, records: { put }, needs, audit } };
    },
  });
}

/** Counts on it no longer: it was taken down. Audited. */
export function removeConsumer(
  site: Site,
  actor: Actor,
  consumer: string,
): Promise<WriteResult<undefined, 'unknown_consumer'>> {
  return site.write<undefined, 'unknown_consumer'>({
    actor,
    operation: 'feed.remove_consumer',
    plan: async ({ engine, store }) => {
      const id = PREFIX + consumer;
      if ((await store.record('feed', id)) === undefined) {
        return { ok: false, code: 'unknown_consumer', detail: `not registered \`${consumer}\`` };
      }
      const remove = [{ kind: 'feed', id }] as const;
      const audit = { object: { type: 'feed_consumer', id: consumer } };
      const needs = [settingsNeed(engine, 'delete')];
      return { ok: true, value: { value: undefined, records: { remove }, needs, audit } };
    },
  });
}

/** All that are counted on, by ascending id. @throws TypeError when a record is damaged. */
export async function registeredConsumers(
  store: Pick<StoreReader, 'records'>,
): Promise<readonly FeedConsumer[]> {
  const records = await allRecords(store, 'feed', PREFIX);
  return records.map((record) => consumerShape.ofRecord(record));
}
