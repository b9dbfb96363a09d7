/**
 * Locks behind a vendor's cloud whose commands are attempts: one call makes an attempt, others ask what became of it. The
 * shape is Seam's: `POST devices/list`, `locks/unlock_door`, `locks/lock_door`, `action_attempts/get`.
 */
import { type AttemptHttpOptions, attemptHttp, type HttpEnd } from './attempt-http.js';
import { lockCommands } from './lock-commands.js';
import { type LockTimers, processLockHost, untilThen } from './lock-host.js';
import { confirmed, refused, timedOut, unavailable } from './lock-order.js';
import type {
  LockCommandResult,
  LockDevice,
  LockNews,
  LockProvider,
  LockState,
} from './lock-provider.js';
import { type NewsStand, newsStand } from './news-stand.js';
import type { LockCommand } from './simulated-lock.js';

/** How the vendor is reached, and how often it is asked. */
export interface AttemptLocksOptions extends AttemptHttpOptions {
  /** The devices that may be commanded: a token often reaches more. */
  readonly devices: readonly string[];
  /** Between two questions after an attempt. Default 500. */
  readonly attemptPollMs?: number;
  /** Between two looks at all states, while somebody watches. Default 30 000. */
  readonly statePollMs?: number;
  readonly timers?: LockTimers;
}

/** Longest wait for one list of devices. */
const LIST_MS_MAX = 15_000;

/** A provider over HTTP. @throws TypeError for a base URL that is not https. */
export function attemptLocks(options: AttemptLocksOptions): LockProvider {
  const { timers = processLockHost, attemptPollMs = 500, statePollMs = 30_000 } = options;
  const post = attemptHttp(options);
  const news = newsStand(options.devices);
  const closing = new AbortController();
  const vendor = { post, timers, attemptPollMs };

  const refresh = async (): Promise<readonly LockDevice[]> => {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(LIST_MS_MAX)]);
    const end = await post('devices/list', {}, signal);
    const list = end.kind === 'answered' && end.status === 200 ? end.body['devices'] : undefined;
    if (!Array.isArray(list)) {
      news.lost();
      throw new Error('the devices could not be listed');
    }
    return heardDevices(list, new Set(options.devices), news);
  };
  const look = () => refresh().catch(() => undefined);
  return {
    ...lockCommands({
      now: timers.now,
      isKnown: (device) => news.state(device) !== undefined,
      async send(device, command, order) {
        if (command.operation === 'hold') return refused('these locks cannot be held unlocked');
        if (closing.signal.aborted) return unavailable('the provider was closed');
        const waiting = new AbortController();
        const signal = AbortSignal.any([closing.signal, waiting.signal]);
        const work = follow(vendor, device, command, signal);
        const ended = await untilThen(timers, work, order.expiresAt, order.signal);
        waiting.abort();
        return ended ?? timedOut(true);
      },
    }),
    devices: refresh,
    state: news.state,
    watch: pollWhileWatched(news, look, statePollMs, timers, closing.signal),
    close: async () => closing.abort(),
  };
}

interface Vendor {
  readonly post: ReturnType<typeof attemptHttp>;
  readonly timers: LockTimers;
  readonly attemptPollMs: number;
}

/** Makes one attempt and asks after it until it has ended. Only the questions are repeated. */
async function follow(
  { post, timers, attemptPollMs }: Vendor,
  device: string,
  { commandId, operation, seconds, expiresAt }: LockCommand,
  signal: AbortSignal,
): Promise<LockCommandResult> {
  const more = operation === 'lock' ? {} : { seconds, expires_at: expiresAt };
  const path = operation === 'lock' ? 'locks/lock_door' : 'locks/unlock_door';
  const headers = { 'idempotency-key': commandId };
  const first = await post(path, { device_id: device, ...more }, signal, headers);
  const made = attemptOf(first);
  if (made === undefined) return refusalOf(first);
  for (let known = made; ; ) {
    if (known.status === 'success') return confirmed('the vendor says that it is done');
    if (known.status === 'error')
      return refused(`the vendor failed: ${known.error}`, { mayHaveActed: true });
    await pause(timers, attemptPollMs, signal);
    if (signal.aborted) return unavailable('given up', { mayHaveActed: true });
    const end = await post('action_attempts/get', { action_attempt_id: made.id }, signal);
    // A question that fails changes nothing of what is under way.
    known = attemptOf(end) ?? known;
  }
}

/** Looks at the states at once and then again and again, as long as anybody listens. */
function pollWhileWatched(
  news: NewsStand,
  look: () => Promise<unknown>,
  everyMs: number,
  timers: LockTimers,
  closed: AbortSignal,
): LockProvider['watch'] {
  let watchers = 0;
  let polling = false;
  let forget: () => void = () => undefined;
  const poll = async () => {
    await look();
    if (watchers === 0 || closed.aborted) polling = false;
    else forget = timers.after(everyMs, () => void poll());
  };
  closed.addEventListener('abort', () => forget(), { once: true });
  return (listener: (news: LockNews) => void) => {
    const stop = news.watch(listener);
    let on = true;
    watchers++;
    if (!polling && !closed.aborted) {
      polling = true;
      void poll();
    }
    return () => {
      if (on) watchers--;
      on = false;
      stop();
    };
  };
}

interface Attempt {
  readonly id: string;
  readonly status: 'pending' | 'success' | 'error';
  /** A word of the vendor's. */
  readonly error: string;
}

/** The attempt an answer tells of; undefined for any other answer. */
function attemptOf(end: HttpEnd): Attempt | undefined {
  if (end.kind !== 'answered' || end.status !== 200) return undefined;
  const attempt = Object(end.body['action_attempt']) as Readonly<Record<string, unknown>>;
  const { action_attempt_id: id, status } = attempt;
  if (typeof id !== 'string' || id === '') return undefined;
  if (status !== 'pending' && status !== 'success' && status !== 'error') return undefined;
  const { type } = Object(attempt['error']) as { readonly type?: unknown };
  const isWord = typeof type === 'string' && /^[A-Za-z0-9_.-]{1,64}$/u.test(type);
  return { id, status, error: isWord ? type : 'no reason given' };
}

/** What a call that made no attempt says. Only a clear no of the vendor proves that nothing happens. */
function refusalOf(end: HttpEnd): LockCommandResult {
  if (end.kind === 'unsent') return unavailable(`the vendor is not there: ${end.detail}`);
  if (end.kind !== 'answered')
    return unavailable(`the vendor did not answer: ${end.detail}`, { mayHaveActed: true });
  const detail = `the vendor answered ${end.status}`;
  if (end.status === 429) return unavailable(detail);
  // A time-out or a conflict of an earlier call of the same key is no proof.
  const isClear = end.status >= 400 && end.status < 500 && ![408, 409].includes(end.status);
  return isClear ? refused(detail) : unavailable(detail, { mayHaveActed: true });
}

function heardDevices(
  list: readonly unknown[],
  wanted: ReadonlySet<string>,
  news: NewsStand,
): LockDevice[] {
  const devices: LockDevice[] = [];
  for (const item of list) {
    const device = Object(item) as Readonly<Record<string, unknown>>;
    const { device_id: id, can_remotely_unlock, can_remotely_lock } = device;
    if (typeof id !== 'string' || !wanted.has(id)) continue;
    const properties = Object(device['properties']) as Readonly<Record<string, unknown>>;
    const { name } = properties;
    news.heard(id, stateOf(properties));
    devices.push({
      id,
      ...(typeof name === 'string' ? { name: name.slice(0, 256) } : {}),
      capabilities: {
        unlock: can_remotely_unlock === true,
        lock: can_remotely_lock === true,
        hold: false,
      },
    });
  }
  const listed = new Set(devices.map(({ id }) => id));
  for (const id of wanted) if (!listed.has(id)) news.heard(id, { available: false });
  return devices;
}

function stateOf(properties: Readonly<Record<string, unknown>>): LockState {
  const { locked, online, door_open: open, battery_level: level } = properties;
  const isLevel = typeof level === 'number' && level >= 0 && level <= 1;
  return {
    bolt: locked === true ? 'locked' : locked === false ? 'unlocked' : 'unknown',
    door: open === true ? 'open' : open === false ? 'closed' : 'unknown',
    battery: isLevel ? Math.round(level * 100) : null,
    available: online === true,
  };
}

function pause(timers: LockTimers, milliseconds: number, signal: AbortSignal): Promise<unknown> {
  return untilThen(timers, new Promise(() => undefined), timers.now() + milliseconds, signal);
}
