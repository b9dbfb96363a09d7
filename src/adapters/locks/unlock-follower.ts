/**
 * Holding doors unlocked while their unlock schedules do. A lock is held by leases: it locks by itself when nobody renews
 * them, and no lease outlives the span it was given for. Whatever is not clearly open is locked.
 */
import { type DoorStanding, standingOf } from './door-standing.js';
import type { FollowOptions, GatewayDoor, UnlockFollower } from './gateway.js';
import type { GatewayParts } from './gateway-parts.js';
import { untilThen } from './lock-host.js';
import { isUnlockSeconds } from './lock-order.js';
import type { LockCommandResult, LockProvider } from './lock-provider.js';

/** Longest wait for a store that does not answer: a door is not held open by silence. */
const STANDING_MS_MAX = 5000;
const BACK_OFF_MS = 1000;
const BACK_OFF_MS_MAX = 30_000;

const SHUT: DoorStanding = { open: false, until: null };

/** One door that is followed. */
interface Followed {
  readonly id: string;
  readonly door: GatewayDoor;
  readonly provider: LockProvider;
  standing: DoorStanding;
  /** Whether a hold went out that no confirmed lock has ended. At the start nobody knows what was before. */
  mayBeHeld: boolean;
  /** Until then a hold that was not confirmed may still arrive at the lock. */
  unsureUntil: number;
  /** When the next command is due; both epoch milliseconds. */
  holdAt: number;
  lockAt: number;
  failures: number;
  looking: boolean;
  lookAgain: boolean;
  acting: Promise<void> | undefined;
  holding: AbortController | undefined;
  forget: () => void;
}

/** Starts following. @throws RangeError for a door that is not the gateway's, or a lease or look out of range. */
export function followUnlocks(parts: GatewayParts, options: FollowOptions = {}): UnlockFollower {
  const { leaseSeconds = 60, lookMs = parts.site === undefined ? 1000 : 5000 } = options;
  if (!isUnlockSeconds(leaseSeconds) || leaseSeconds < 10)
    throw new RangeError('a lease lasts 10 to 3600 seconds');
  if (!(lookMs >= 10 && lookMs <= 60_000)) throw new RangeError('look every 10 to 60 000 ms');
  const doors = (options.doors ?? [...parts.doors.keys()]).map((id) => followed(parts, id));
  const run = { parts, leaseSeconds, lookMs, stopping: false };
  const wake = () => {
    for (const door of doors) void look(run, door);
  };
  wake();
  return {
    wake,
    held: () => doors.filter(({ mayBeHeld }) => mayBeHeld).map(({ id }) => id),
    async stop() {
      run.stopping = true;
      await Promise.all(doors.map((door) => finish(run, door)));
    },
  };
}

interface Run {
  readonly parts: GatewayParts;
  readonly leaseSeconds: number;
  readonly lookMs: number;
  stopping: boolean;
}

function followed(parts: GatewayParts, id: string): Followed {
  const door = parts.doors.get(id);
  const provider = door && parts.providers.get(door.provider);
  if (door === undefined || provider === undefined) throw new RangeError('no door of this gateway');
  return {
    id,
    door,
    provider,
    standing: SHUT,
    mayBeHeld: true,
    unsureUntil: 0,
    holdAt: 0,
    lockAt: 0,
    failures: 0,
    looking: false,
    lookAgain: false,
    acting: undefined,
    holding: undefined,
    forget: () => undefined,
  };
}

/** Looks how the door stands and does what follows. Goes on looking while a slow lock is waited for. */
async function look(run: Run, door: Followed): Promise<void> {
  door.lookAgain = true;
  if (door.looking) return;
  door.looking = true;
  door.forget();
  while (door.lookAgain && !run.stopping) {
    door.lookAgain = false;
    const { host } = run.parts;
    const asking = standingOf(run.parts, door.id);
    door.standing = (await untilThen(host, asking, host.now() + STANDING_MS_MAX)) ?? SHUT;
  }
  door.looking = false;
  if (run.stopping) return;
  // What holds it open is not waited for any longer once it must not.
  if (!door.standing.open) door.holding?.abort();
  door.acting ??= act(run, door).finally(() => {
    door.acting = undefined;
    if (!run.stopping) lookLater(run, door);
  });
  lookLater(run, door);
}

function lookLater(run: Run, door: Followed): void {
  const { host } = run.parts;
  const { standing, acting, mayBeHeld } = door;
  const now = host.now();
  const due = [now + run.lookMs];
  if (standing.until !== null) due.push(standing.until);
  if (acting === undefined && standing.open) due.push(door.holdAt);
  if (acting === undefined && !standing.open && mayBeHeld) due.push(door.lockAt);
  door.forget();
  door.forget = host.after(Math.max(1, Math.min(...due) - now), () => void look(run, door));
}

/** Gives the commands that are due, one after the other. */
async function act(run: Run, door: Followed): Promise<void> {
  const { host } = run.parts;
  while (!run.stopping) {
    const now = host.now();
    const { open, until } = door.standing;
    if (open) {
      // What was open when we looked is not what is open past its end.
      if (now < door.holdAt || (until !== null && now >= until)) return;
      await hold(run, door);
    } else {
      if (!door.mayBeHeld || now < door.lockAt) return;
      await lock(run, door);
    }
  }
}

async function hold(run: Run, door: Followed): Promise<void> {
  const { host, waitMs } = run.parts;
  const sent = host.now();
  const left = ((door.standing.until ?? Number.POSITIVE_INFINITY) - sent) / 1000;
  const seconds = Math.min(run.leaseSeconds, Math.floor(left));
  if (seconds < 1) {
    door.holdAt = sent + 1000;
    return;
  }
  const before = door.mayBeHeld;
  const expiresAt = sent + waitMs;
  const ending = new AbortController();
  door.mayBeHeld = true;
  door.holding = ending;
  const order = { commandId: host.newId(), expiresAt, seconds, signal: ending.signal };
  const result = await outcomeOf(run, door, expiresAt, () =>
    door.provider.hold(door.door.device, order),
  );
  door.holding = undefined;
  if (result.outcome === 'confirmed') {
    door.failures = 0;
    door.holdAt = sent + seconds * 500;
    return;
  }
  if (result.mayHaveActed) door.unsureUntil = Math.max(door.unsureUntil, expiresAt);
  else door.mayBeHeld = before;
  door.holdAt = host.now() + backOff(run, door, 'a door could not be held unlocked');
}

async function lock(run: Run, door: Followed): Promise<void> {
  const { host, waitMs } = run.parts;
  const expiresAt = host.now() + waitMs;
  const order = { commandId: host.newId(), expiresAt };
  const result = await outcomeOf(run, door, expiresAt, () =>
    door.provider.lock(door.door.device, order),
  );
  door.holdAt = 0;
  if (result.outcome !== 'confirmed') {
    door.lockAt = host.now() + backOff(run, door, 'a door could not be locked');
    return;
  }
  door.failures = 0;
  // A hold that is still on its way could come after this: then it is locked again.
  if (host.now() < door.unsureUntil) door.lockAt = door.unsureUntil;
  else door.mayBeHeld = false;
}

/** A result, whatever the provider does. */
async function outcomeOf(
  { parts }: Run,
  { door }: Followed,
  expiresAt: number,
  command: () => Promise<LockCommandResult>,
): Promise<Pick<LockCommandResult, 'outcome' | 'mayHaveActed'>> {
  const unclear = { outcome: 'timed_out', mayHaveActed: true } as const;
  try {
    return (await untilThen(parts.host, command(), expiresAt + 1000)) ?? unclear;
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    parts.logger?.error({ provider: door.provider, error: name }, 'a provider failed');
    return unclear;
  }
}

/** How long to wait after one more failure. The first of a row is told. */
function backOff({ parts }: Run, door: Followed, message: string): number {
  if (door.failures === 0) parts.logger?.warn({ door: door.id }, message);
  const milliseconds = BACK_OFF_MS * 2 ** Math.min(door.failures, 10);
  door.failures++;
  return Math.min(milliseconds, BACK_OFF_MS_MAX);
}

async function finish(run: Run, door: Followed): Promise<void> {
  door.forget();
  door.standing = SHUT;
  door.holding?.abort();
  await door.acting;
  if (door.mayBeHeld) await lock(run, door);
}
