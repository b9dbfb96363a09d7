/** Webhooks of a site: made, changed, ended by administrators, and delivered. */
import type { EventFilter, EventLog } from '../../admin/events/event.js';
import { parseEventFilter } from '../../admin/events/event-cursor.js';
import type { JsonObject, SiteRecord } from '../../admin/record.js';
import type { Outcome } from '../../values/outcome.js';
import { allRecords } from '../site/all-records.js';
import { mayRead } from '../site/api-keys.js';
import type { Reading } from '../site/event-list.js';
import { readNeed, settingsNeed } from '../site/event-rights.js';
import type { Actor, Site, SiteView, WriteResult } from '../site/site.js';
import type { StoreReader } from '../store/store.js';
import { type AddressRules, parseWebhookUrl } from './address.js';
import { cursorId, cursorRecord } from './cursor.js';
import { newWebhookSecret } from './signature.js';
import { consumerOf, type Webhook, webhookShape } from './webhook.js';

/** What a webhook is to be. */
export interface WebhookOrder {
  readonly url: string;
  readonly name?: string;
  /** Default: the access log. */
  readonly logs?: readonly EventLog[];
  readonly filter?: EventFilter;
  readonly kisiSignature?: boolean;
}

/** What may be changed of one. */
export interface WebhookChange extends Partial<WebhookOrder> {
  /** Switching on goes on where it ended: what happened meanwhile is delivered. */
  readonly active?: boolean;
}

/** A new webhook or a new secret: `secret` is shown now and never again. */
export interface NewWebhook {
  readonly id: string;
  readonly secret: string;
}

/** A webhook without its secrets. */
export interface WebhookEntry extends Omit<Webhook, 'secrets'> {
  readonly id: string;
}

/** Why a webhook is none. */
export type WebhookCode = 'url' | 'filter' | 'malformed' | 'unknown_webhook';

/**
 * Makes a webhook that is told of everything from now on.
 * @param rules - which addresses are allowed; the sender checks them again.
 */
export function createWebhook(
  site: Site,
  actor: Actor,
  order: WebhookOrder,
  rules: AddressRules = {},
): Promise<WriteResult<NewWebhook, WebhookCode>> {
  return site.write<NewWebhook, WebhookCode>({
    actor,
    operation: 'webhook.create',
    plan: async (view) => {
      const id = view.newId();
      const secret = newWebhookSecret((length) => view.random(length));
      const made = { logs: ['access'], ...order, secrets: [secret], active: true } as const;
      const read = readWebhook(made, rules);
      if (!read.ok) return read;
      const cursors = read.value.logs.map((log) => startOf(view.store, id, log));
      const put = [webhookShape.record(id, read.value), ...(await Promise.all(cursors))];
      return { ok: true, value: planned(view, 'create', id, { id, secret }, { put }) };
    },
  });
}

/** Changes a webhook. The secret stays; a log that comes new is told from now on. */
export function changeWebhook(
  site: Site,
  actor: Actor,
  id: string,
  change: WebhookChange,
  rules: AddressRules = {},
): Promise<WriteResult<undefined, WebhookCode>> {
  return site.write<undefined, WebhookCode>({
    actor,
    operation: 'webhook.update',
    plan: async (view) => {
      const before = await knownWebhook(view.store, id);
      if (!before.ok) return before;
      const { stopped: _, ...rest } = before.value;
      const { secrets } = rest;
      // Secrets come from us alone, whatever a request of a careless front end may carry.
      const read = readWebhook({ ...rest, ...change, secrets }, rules);
      if (!read.ok) return read;
      const starts = read.value.logs.map((log) => startOf(view.store, id, log));
      // Switched on again, its failures are forgotten: else the first new one would switch it off.
      const isBack = read.value.active && !before.value.active;
      const isNew = (record: SiteRecord) =>
        !before.value.logs.some((log) => record.id === cursorId(consumerOf(id), log));
      const cursors = (await Promise.all(starts)).filter((each) => isBack || isNew(each));
      const put = [webhookShape.record(id, read.value), ...cursors];
      return { ok: true, value: planned(view, 'update', id, undefined, { put }) };
    },
  });
}

/** Gives a webhook a new secret. The old one signs besides until the next change of secrets. */
export function rotateWebhookSecret(
  site: Site,
  actor: Actor,
  id: string,
): Promise<WriteResult<NewWebhook, WebhookCode>> {
  return site.write<NewWebhook, WebhookCode>({
    actor,
    operation: 'webhook.rotate_secret',
    plan: async (view) => {
      const before = await knownWebhook(view.store, id);
      if (!before.ok) return before;
      const secret = newWebhookSecret((length) => view.random(length));
      const secrets = [secret, ...before.value.secrets.slice(0, 1)];
      const put = [webhookShape.record(id, { ...before.value, secrets })];
      return { ok: true, value: planned(view, 'update', id, { id, secret }, { put }) };
    },
  });
}

/** Ends a webhook, with its dead letters. */
export function removeWebhook(
  site: Site,
  actor: Actor,
  id: string,
): Promise<WriteResult<undefined, WebhookCode>> {
  return site.write<undefined, WebhookCode>({
    actor,
    operation: 'webhook.delete',
    plan: async (view) => {
      const before = await knownWebhook(view.store, id);
      if (!before.ok) return before;
      const consumer = consumerOf(id);
      const dead = await allRecords(view.store, 'dead_letter', `${consumer}/`);
      const cursors = await allRecords(view.store, 'cursor', `${consumer}/`);
      const gone = [{ kind: 'webhook' as const, id }, ...dead, ...cursors];
      const remove = gone.map(({ kind, id: each }) => ({ kind, id: each }));
      return { ok: true, value: planned(view, 'delete', id, undefined, { remove }) };
    },
  });
}

/** Webhooks by ascending id, without what would let anybody forge a message. */
export async function listWebhooks(
  site: Site,
  actor: Reading,
): Promise<Outcome<readonly WebhookEntry[], 'refused'>> {
  const needs = [settingsNeed(site.engine, 'view')];
  if (!(await mayRead(site, actor, 'read.webhooks', needs)))
    return { ok: false, code: 'refused', detail: 'may not see webhooks' };
  const records = await allRecords(site.store, 'webhook');
  const value = records.map((record) => {
    const { secrets: _, ...webhook } = webhookShape.ofRecord(record);
    return { id: record.id, ...webhook };
  });
  return { ok: true, value };
}

/** A webhook carries out what its maker may read, so reading is needed as much as making. */
function planned<T>(
  { engine }: SiteView,
  action: 'create' | 'update' | 'delete',
  id: string,
  value: T,
  records: { put?: SiteRecord[]; remove?: { kind: SiteRecord['kind']; id: string }[] },
) {
  const needs = [settingsNeed(engine, action), readNeed(engine)];
  return { value, records, needs, audit: { object: { type: 'webhook', id } } };
}

function readWebhook(webhook: Webhook, rules: AddressRules): Outcome<Webhook, WebhookCode> {
  const read = webhookShape.parse(webhook);
  if (!read.ok) return read;
  const url = parseWebhookUrl(read.value.url, rules);
  if (!url.ok) return url;
  const filter = parseEventFilter((read.value.filter ?? {}) as unknown as JsonObject);
  return filter.ok ? read : filter;
}

async function knownWebhook(
  store: StoreReader,
  id: string,
): Promise<Outcome<Webhook, 'unknown_webhook'>> {
  const record = await store.record('webhook', id);
  if (record !== undefined) return { ok: true, value: webhookShape.ofRecord(record) };
  return { ok: false, code: 'unknown_webhook', detail: `unknown webhook \`${id}\`` };
}

/** A cursor at the end of a log; where there is one already, one without failures that goes on from there. */
async function startOf(store: StoreReader, id: string, log: EventLog): Promise<SiteRecord> {
  const consumer = consumerOf(id);
  const after = (await store.record('cursor', cursorId(consumer, log)))?.body['after'];
  if (typeof after === 'number') return cursorRecord(consumer, log, after);
  const [newest] = await store.events(log, { limit: 1 });
  return cursorRecord(consumer, log, newest?.seq ?? 0);
}
