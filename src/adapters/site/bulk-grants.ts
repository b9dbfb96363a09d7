/** One role for many people at many doors: looked at first, then given whole or in portions. */

import {
  assessmentOf,
  assessPairs,
  type BulkAssessment,
  type BulkCell,
  type BulkGrantOrder,
  type BulkPair,
  type BulkPlanning,
  pairsOf,
  planBulkGrant,
} from '../../admin/provisioning/bulk-grant.js';
import { advanced, type BulkJob, encodeBulkJob } from '../../admin/provisioning/bulk-job.js';
import type { Draft } from '../../admin/provisioning/planning.js';
import { findElement } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { Outcome } from '../../values/outcome.js';
import { quietly } from '../quietly.js';
import { refusalByKey } from './api-keys.js';
import { type Person, writePlanned } from './planned-write.js';
import type { Actor, Site, WriteResult } from './site.js';

/** Rights given in one transaction: beyond that, others would wait for seconds. */
export const BULK_WHOLE_MAX = 10_000;

/** How a bulk grant is made. */
export interface BulkOptions {
  /**
   * Default no: all or nothing, in one transaction, of at most 10 000 rights. With `true` whatever may not be given is left
   * out and named, and the rest is given in portions, each of them whole.
   */
  readonly skipRefused?: boolean;
  /** Pairs in one portion, 1 to 5 000; default 500. */
  readonly portion?: number;
  /** Called after each portion. What it throws is dropped: `signal` stops. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Stops before the next portion; what was given stays. */
  readonly signal?: AbortSignal;
  readonly reason?: string;
}

/** Why nothing was given. `cancelled`: the signal came before anything was written. */
export type BulkCode = 'some_refused' | 'too_large' | 'cancelled';

/** What was given. */
export interface BulkDone {
  readonly job: BulkJob;
  /** One for each pair that was looked at. */
  readonly cells: readonly BulkCell[];
}

/**
 * Gives a role to everybody at every scope of an order. Refused with `some_refused`, {@link assessBulk} says which and
 * why. The record `bulk_job` of the answer's id tells what was done, also when the process ends half-way: then
 * give the same order again, and what is there is kept.
 */
export async function bulkGrant(
  site: Site,
  actor: Person,
  order: BulkGrantOrder,
  options: BulkOptions = {},
): Promise<WriteResult<BulkDone, BulkCode>> {
  const { skipRefused = false, portion = 500, signal } = options;
  const pairs = pairsOf(order);
  if (!Number.isSafeInteger(portion) || portion < 1 || portion > 5000) {
    throw new RangeError(`a portion is 1 to 5000 \`${portion}\``);
  }
  if (!skipRefused && pairs.length > BULK_WHOLE_MAX) {
    const detail = `all or nothing is at most ${BULK_WHOLE_MAX} rights \`${pairs.length}\``;
    return { ok: false, code: 'too_large', detail };
  }
  if (signal?.aborted) return { ok: false, code: 'cancelled', detail: 'nothing was given' };
  const size = skipRefused ? portion : Math.max(1, pairs.length);
  return inPortions(site, actor, order, options, pairs, size);
}

/**
 * What a bulk grant would do now, without doing it: all of it as of one revision. Others get their turn in between.
 * @throws the signal's reason once it is aborted; RangeError for too many pairs.
 */
export async function assessBulk(
  site: Site,
  actor: Person,
  order: BulkGrantOrder,
  options: Pick<BulkOptions, 'onProgress' | 'signal'> = {},
): Promise<BulkAssessment> {
  const { host } = site;
  const pairs = pairsOf(order);
  const engine = await site.refresh();
  const time = host.now();
  const view = { actor, store: site.store, engine, time };
  const byKey = await refusalByKey(view, 'assignment.bulk_grant');
  if (byKey !== undefined) {
    const { detail } = byKey;
    const refused = { verdict: 'refuse', code: 'no_access_right', detail } as const;
    return assessmentOf(pairs.map((pair) => ({ ...pair, ...refused })));
  }
  const planning: BulkPlanning = { engine, actor: actor.id, time, newId: idsFor(engine) };
  const cells: BulkCell[] = [];
  for (let from = 0; from < pairs.length; from += ASSESSED_AT_ONCE) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve));
    options.signal?.throwIfAborted();
    cells.push(...assessPairs(planning, order, pairs.slice(from, from + ASSESSED_AT_ONCE)));
    quietly(options.onProgress)({ done: cells.length, total: pairs.length });
  }
  return assessmentOf(cells);
}

/** Pairs judged before others get their turn: some hundredths of a second. */
const ASSESSED_AT_ONCE = 500;

/** Ids of rights that are never written, and that no right has. */
function idsFor(engine: Engine): () => string {
  let count = 0;
  return () => {
    let id = '';
    do id = `~${count++}`;
    while (findElement(engine, 'assignments', id) !== undefined);
    return id;
  };
}

async function inPortions(
  site: Site,
  actor: Person,
  order: BulkGrantOrder,
  { skipRefused = false, onProgress, signal, reason }: BulkOptions,
  pairs: readonly BulkPair[],
  size: number,
): Promise<WriteResult<BulkDone, BulkCode>> {
  const cells: BulkCell[] = [];
  const { role } = order;
  const counts = { done: 0, granted: 0, replaced: 0, kept: 0, refused: 0 };
  const begun = {
    actor: actor.id,
    role,
    state: 'running',
    total: pairs.length,
    ...counts,
  } as const;
  let job: BulkJob | undefined;
  let last: WriteResult<BulkDone, BulkCode> | undefined;
  for (let from = 0; from < Math.max(1, pairs.length) && !signal?.aborted; from += size) {
    const some = pairs.slice(from, from + size);
    const before = job;
    const written = await writePlanned<BulkDone, 'some_refused'>(
      site,
      actor,
      'assignment.bulk_grant',
      (p) => {
        const planned = planBulkGrant(p, order, some, skipRefused ? 'skip' : 'stop');
        return withJob(planned, before ?? { id: p.newId(), ...begun });
      },
      reason === undefined ? {} : { reason },
    );
    if (!written.ok) return written;
    job = written.value.job;
    cells.push(...written.value.cells);
    last = written;
    quietly(onProgress)({ done: job.done, total: job.total });
  }
  if (job === undefined || last === undefined || !last.ok) {
    return { ok: false, code: 'cancelled', detail: 'nothing was given' };
  }
  const state = job.done < job.total ? 'cancelled' : 'done';
  const over = await finish(site, { ...job, state });
  return over.ok ? { ...last, value: { job: over.value, cells } } : over;
}

/** A portion with its job. A portion that gives nothing writes no record: the next, or the end, does. */
function withJob(
  planned: Outcome<Draft<readonly BulkCell[]>, 'some_refused'>,
  before: BulkJob,
): Outcome<Draft<BulkDone>, 'some_refused'> {
  if (!planned.ok) return planned;
  const { value: cells, changes, ...rest } = planned.value;
  const job = advanced(before, cells);
  const value = { job, cells };
  const audit = { object: { type: 'bulk_job', id: job.id } };
  if (changes === undefined) return { ok: true, value: { ...rest, value, audit } };
  const records = { put: [encodeBulkJob(job)] };
  return { ok: true, value: { ...rest, value, changes, records, audit } };
}

/** The end of a job, in a transaction of its own: it says no more than that nobody is at work any longer. */
function finish(site: Site, job: BulkJob): Promise<WriteResult<BulkJob, never>> {
  const actor: Actor = { type: 'system', id: 'bulk_grant' };
  return writePlanned(site, actor, 'assignment.bulk_grant_end', () => ({
    ok: true,
    value: {
      value: job,
      records: { put: [encodeBulkJob(job)] },
      audit: { object: { type: 'bulk_job', id: job.id } },
    },
  }));
}
