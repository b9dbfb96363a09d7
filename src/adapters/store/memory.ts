/** A store in memory: for tests and trials. It forgets everything when the process ends. */
import { type ChainHead, chainStart } from '../../admin/events/chain.js';
import {
  EVENT_LOGS,
  type EventDraft,
  type EventLog,
  type EventQuery,
  type StoredEvent,
} from '../../admin/events/event.js';
import { matchesFilter } from '../../admin/events/filter.js';
import type { RecordChanges, RecordKind, SiteRecord } from '../../admin/record.js';
import type { Policy } from '../../policy/document.js';
import { nodeSiteHost } from '../site/node-site-host.js';
import type { SiteHost } from '../site/site.js';
import {
  eventPage,
  OUTBOX_TRIM_MAX,
  outboxLimit,
  recordsLimit,
  requireOutboxBounds,
} from './paging.js';
import { PolicyTables } from './policy-tables.js';
import { stagedLogs } from './staged-logs.js';
import { stagedRecords } from './staged-records.js';
import {
  type OrganizationStore,
  type OutboxBounds,
  type OutboxRow,
  type Store,
  StoreError,
  type StoreReader,
  type StoreWriter,
} from './store.js';
import { turns } from './turns.js';
import { type WriteGuard, writeGuard } from './write-guard.js';

/** A store that forgets. The host gives the salts of events and the hash of their chain. */
export function memoryStore(host: Pick<SiteHost, 'random' | 'sha256'> = nodeSiteHost): Store {
  const organizations = new Map<string, MemoryOrganization>();
  const guard = writeGuard();
  return {
    async create(policy) {
      guard.refuseInside();
      const { id } = policy.organization;
      if (organizations.has(id)) throw new StoreError('exists', `there is already \`${id}\``);
      const created = new MemoryOrganization(policy, host, guard);
      organizations.set(id, created);
      return created;
    },
    async open(id) {
      guard.refuseInside();
      const found = organizations.get(id);
      if (found !== undefined) return found;
      throw new StoreError('unknown_organization', `unknown organisation \`${id}\``);
    },
    async organizations() {
      return [...organizations.keys()].sort();
    },
    async close() {},
  };
}

class MemoryOrganization implements OrganizationStore {
  readonly #id: string;
  readonly #host: Pick<SiteHost, 'random' | 'sha256'>;
  readonly #tables: PolicyTables;
  readonly #records = new Map<RecordKind, Map<string, SiteRecord>>();
  readonly #outbox: OutboxRow[] = [];
  readonly #logs = new Map<EventLog, StoredEvent[]>(EVENT_LOGS.map((log) => [log, []]));
  #heads: ReadonlyMap<EventLog, ChainHead>;
  readonly #guard: WriteGuard;
  readonly #inTurn = turns();

  constructor(policy: Policy, host: Pick<SiteHost, 'random' | 'sha256'>, guard: WriteGuard) {
    this.#guard = guard;
    this.#id = policy.organization.id;
    this.#host = host;
    this.#tables = new PolicyTables(policy);
    this.#heads = new Map(EVENT_LOGS.map((log) => [log, chainStart(this.#id, log, host.sha256)]));
  }

  async policy(): Promise<Policy> {
    this.#guard.refuseInside();
    return this.#tables.policy();
  }

  async revision(): Promise<number> {
    this.#guard.refuseInside();
    return this.#tables.revision;
  }

  async record(kind: RecordKind, id: string): Promise<SiteRecord | undefined> {
    this.#guard.refuseInside();
    return this.#records.get(kind)?.get(id);
  }

  async records(
    kind: RecordKind,
    page: { readonly after?: string; readonly limit?: number } = {},
  ): Promise<readonly SiteRecord[]> {
    this.#guard.refuseInside();
    return pageOfRecords(this.#records.get(kind)?.values() ?? [], page);
  }

  async events(log: EventLog, query?: EventQuery): Promise<readonly StoredEvent[]> {
    this.#guard.refuseInside();
    return pageOfEvents(this.#logs.get(log) ?? [], query);
  }

  async outbox(afterRevision: number, limit?: number): Promise<readonly OutboxRow[]> {
    this.#guard.refuseInside();
    return this.#outboxAfter(afterRevision, limit);
  }

  async write<T>(work: (writer: StoreWriter) => Promise<T>): Promise<T> {
    this.#guard.refuseInside();
    return this.#inTurn(() => this.#write(work));
  }

  append(events: readonly EventDraft[]): Promise<readonly StoredEvent[]> {
    return this.write((writer) => writer.append(events));
  }

  async erase(
    log: EventLog,
    what: {
      readonly seqs: readonly number[];
      readonly content: boolean;
      readonly personal: boolean;
    },
  ): Promise<number> {
    this.#guard.refuseInside();
    const events = this.#logs.get(log) ?? [];
    let changed = 0;
    for (const seq of new Set(what.seqs)) {
      const event = events[seq - 1];
      if (event === undefined) continue;
      const erased: StoredEvent = {
        ...event,
        ...(what.content ? { content: null } : {}),
        ...(what.personal ? { personal: null, salt: null } : {}),
      };
      if (erased.content !== event.content || erased.personal !== event.personal) changed++;
      events[seq - 1] = Object.freeze(erased);
    }
    return changed;
  }

  async trimOutbox(bounds: OutboxBounds): Promise<number> {
    this.#guard.refuseInside();
    requireOutboxBounds(bounds);
    const { revision, before } = bounds;
    const stays = this.#outbox.findIndex((row) => row.revision >= revision || row.at >= before);
    const due = stays < 0 ? this.#outbox.length - 1 : stays;
    return this.#outbox.splice(0, Math.min(due, OUTBOX_TRIM_MAX, this.#outbox.length - 1)).length;
  }

  #outboxAfter(afterRevision: number, limit: number | undefined): readonly OutboxRow[] {
    const most = outboxLimit(limit);
    return this.#outbox.filter(({ revision }) => revision > afterRevision).slice(0, most);
  }

  /** Everything is staged beside what is there, and put in place without an `await` in between. */
  async #write<T>(work: (writer: StoreWriter) => Promise<T>): Promise<T> {
    const staged = stagedLogs(this.#heads, this.#host);
    const records = stagedRecords(this.#records);
    let row: OutboxRow | undefined;
    let isOver = false;
    const requireOpen = () => {
      if (isOver) throw new TypeError('this transaction has ended');
    };
    const revision = this.#tables.revision;
    const writer: StoreWriter = {
      revision,
      record: async (kind, id) => records.get(kind, id),
      records: async (kind, page = {}) => pageOfRecords(records.values(kind), page),
      events: async (log, query) =>
        pageOfEvents([...(this.#logs.get(log) ?? []), ...staged.of(log)], query),
      outbox: async (after, limit) => this.#outboxAfter(after, limit),
      putChanges: async (changes, at) => {
        requireOpen();
        if (row !== undefined || changes.revision !== revision + 1) {
          throw new RangeError(`the next revision is ${revision + 1}, not ${changes.revision}`);
        }
        row = Object.freeze({ revision: changes.revision, changes: frozenCopy(changes), at });
      },
      putRecords: async (changes: RecordChanges) => {
        requireOpen();
        records.stage(changes);
      },
      append: async (events) => {
        requireOpen();
        return staged.append(events);
      },
    };
    const value = await this.#guard
      .inside(() => work(writer))
      .finally(() => {
        isOver = true;
      });
    if (row !== undefined) {
      this.#tables.apply(row.changes);
      this.#outbox.push(row);
    }
    records.commit(this.#records);
    for (const log of EVENT_LOGS) this.#logs.get(log)?.push(...staged.of(log));
    this.#heads = staged.heads();
    return value;
  }
}

function pageOfRecords(
  records: Iterable<SiteRecord>,
  { after, limit }: Parameters<StoreReader['records']>[1] & object,
): readonly SiteRecord[] {
  const most = recordsLimit(limit);
  return [...records]
    .filter(({ id }) => after === undefined || id > after)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, most);
}

function pageOfEvents(
  events: readonly StoredEvent[],
  query: EventQuery | undefined,
): readonly StoredEvent[] {
  const { filter, order, after, limit } = eventPage(query);
  const page: StoredEvent[] = [];
  const step = order === 'newest' ? -1 : 1;
  for (let at = step > 0 ? 0 : events.length - 1; page.length < limit; at += step) {
    const event = events[at];
    if (event === undefined) break;
    const isBeyond = after === undefined || (event.seq - after) * step > 0;
    if (isBeyond && matchesFilter(event, filter)) page.push(event);
  }
  return page;
}

function frozenCopy<T>(value: T): T {
  return freeze(structuredClone(value));
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member);
    Object.freeze(value);
  }
  return value;
}
