/** Reading logs as a consumer: in order, at least once, from where the last run ended. */
import type { EventLog, StoredEvent } from '../../admin/events/event.js';
import type { Site } from '../site/site.js';
import { claimCursor, cursorId, moveCursor, releaseCursor } from './cursor.js';
import { deadLetterRecord, deliverReplays } from './dead-letter.js';
import { type DeliveryState, waitMs } from './delivery.js';
import { type Consumer, type ConsumerOptions, type ConsumerRun, Run } from './run.js';

const PAGE = 100;

/** Delivers what is due: every log in turn, then what people asked to be tried again. */
export async function runConsumer(
  site: Site,
  consumer: Consumer,
  options: ConsumerOptions = {},
): Promise<ConsumerRun> {
  const run = new Run(site, consumer, options);
  for (const log of consumer.logs) {
    if (!run.isOver) await runLog(run, log);
  }
  if (!run.isOver) await deliverReplays(run);
  return run.summary();
}

async function runLog(run: Run, log: EventLog): Promise<void> {
  const { store } = run.site;
  const id = cursorId(run.consumer.id, log);
  const claimed = await claimCursor(store, id, run.lease(), run.now(), run.rules);
  if ('heldUntil' in claimed) {
    run.wakeAt(claimed.heldUntil);
    return;
  }
  try {
    await deliverLog(run, log, claimed.state);
  } finally {
    await releaseCursor(store, id, run.owner);
  }
}

async function deliverLog(run: Run, log: EventLog, start: DeliveryState): Promise<void> {
  const id = cursorId(run.consumer.id, log);
  let state: DeliveryState | undefined = start;
  while (state !== undefined && !run.isOver) {
    if (waitMs(state, run.now()) > 0) {
      run.wakeAt(state.notBefore);
      return;
    }
    const [page, newest] = await pageAfter(run.site, run.consumer, log, state.after);
    if (page.length === 0) {
      // What the filter leaves out need not be looked at again.
      const next = { ...state, after: newest };
      if (newest > state.after) await moveCursor(run.site.store, id, run.lease(), next);
      return;
    }
    state = await deliverPage(run, log, state, page);
  }
}

/** Delivers events; undefined when one has to wait for a later run, or somebody else has taken over. */
async function deliverPage(
  run: Run,
  log: EventLog,
  start: DeliveryState,
  page: readonly StoredEvent[],
): Promise<DeliveryState | undefined> {
  const id = cursorId(run.consumer.id, log);
  let state = start;
  for (const event of page) {
    if (run.isOver) return state;
    const { verdict, state: next, why } = await run.attempt(state, event);
    const attempts = state.attempts + 1;
    const dead = verdict === 'dead' ? [deadLetterRecord(run, event, attempts, why)] : [];
    if (!(await moveCursor(run.site.store, id, run.lease(), next, dead))) return undefined;
    state = next;
    if (verdict === 'retry' || verdict === 'stop') return undefined;
  }
  return state;
}

/** Matching events after a number, and the newest event there was before they were looked for. */
async function pageAfter(
  { store }: Site,
  { filter = {} }: Consumer,
  log: EventLog,
  after: number,
): Promise<[readonly StoredEvent[], number]> {
  const [newest] = await store.events(log, { limit: 1 });
  const page = await store.events(log, { filter, order: 'oldest', after, limit: PAGE });
  return [page, newest?.seq ?? 0];
}
