/** One request at a door: decided, sent at most once, and reported as far as anybody can know. */
import type { AccessRequest } from '../../engine/request.js';
import type { ServedDecision } from '../pdp/pdp.js';
import { decideDoor, isCallersMistake, withdrawal } from './door-decision.js';
import type {
  DoorFault,
  DoorReport,
  DoorRequest,
  DoorRequestOptions,
  GatewayDoor,
} from './gateway.js';
import type { GatewayParts } from './gateway-parts.js';
import { untilThen } from './lock-host.js';
import { isCommandId, timedOut, unavailable } from './lock-order.js';
import type { CommandOutcome, LockCommandResult } from './lock-provider.js';
import { requestBook } from './request-book.js';

/** How much longer than the command's own time is waited for a provider that should have answered by then. */
const GRACE_MS = 1000;
const OUTCOMES: ReadonlySet<unknown> = new Set<CommandOutcome>([
  'confirmed',
  'refused',
  'timed_out',
  'unavailable',
]);

/** What is asked of a door. */
export type DoorOperation = 'unlock' | 'lock';

/** Handles requests for the doors of a gateway. */
export function doorRequests(parts: GatewayParts) {
  const { host } = parts;
  const book = requestBook(host.now, parts.perDoorMax);
  return async (
    operation: DoorOperation,
    request: DoorRequest,
    options: DoorRequestOptions = {},
  ): Promise<DoorReport> => {
    const { resource, subject } = request;
    const door = resource.type === 'door' ? parts.doors.get(resource.id) : undefined;
    if (door === undefined) throw new RangeError('no door of this gateway');
    const { requestId = host.newId() } = options;
    if (!isCommandId(requestId)) throw new TypeError('a request id is 1 to 64 plain characters');
    const text = JSON.stringify([operation, subject.type, subject.id, resource.id]);
    const report = await book.once({ id: requestId, door: resource.id, text }, () =>
      handle(parts, { operation, request, options, requestId, door }),
    );
    if (report !== 'busy') return report;
    parts.logger?.warn({ door: resource.id }, 'too many requests at a door');
    return fault(requestId, 'busy', null);
  };
}

interface Job {
  readonly operation: DoorOperation;
  readonly request: DoorRequest;
  readonly options: DoorRequestOptions;
  readonly requestId: string;
  readonly door: GatewayDoor;
}

async function handle(parts: GatewayParts, job: Job): Promise<DoorReport> {
  const { host, logger, pdp } = parts;
  const { requestId, request } = job;
  const asked = host.now();
  const expiresAt = asked + parts.waitMs;
  const access: AccessRequest = {
    subject: request.subject,
    action: { name: 'unlock' },
    resource: request.resource,
    context: { ...request.context, time: asked },
  };
  let decision: ServedDecision | undefined;
  let now: ServedDecision | undefined;
  try {
    decision = await decideInTime(parts, job, access, expiresAt);
    if (decision?.decision === true) now = withdrawal(pdp, access, decision);
  } catch (error) {
    if (isCallersMistake(error)) throw error;
    logger?.error({ door: access.resource.id, error: nameOf(error) }, 'nothing could be decided');
    return fault(requestId, 'undecided', null);
  }
  if (decision === undefined) return fault(requestId, 'undecided', null);
  tell(parts, job, decision, host.now() - asked);
  if (!decision.decision) return fault(requestId, null, decision);
  if (now !== undefined) {
    rememberFailure(parts, job, 'withdrawn', false);
    return fault(requestId, 'withdrawn', now);
  }
  const command = await send(parts, job, expiresAt);
  const report: DoorReport = {
    requestId,
    decision,
    command,
    fault: null,
    mayHaveActed: command.mayHaveActed,
    withdrawnMeanwhile: command.mayHaveActed && isWithdrawn(parts, access, decision),
  };
  afterwards(parts, job, report);
  return report;
}

/** Undefined where the time was up or the caller gave up first. What is decided later is not acted on. */
async function decideInTime(
  parts: GatewayParts,
  job: Job,
  access: AccessRequest,
  expiresAt: number,
): Promise<ServedDecision | undefined> {
  const { host, pdp } = parts;
  const { operation, options } = job;
  const over = new AbortController();
  const { signal } = options;
  if (signal?.aborted === true) return undefined;
  const giveUp = () => over.abort();
  signal?.addEventListener('abort', giveUp, { once: true });
  const deciding = decideDoor(pdp, access, operation, over.signal);
  try {
    const decision = await untilThen(host, deciding, expiresAt, signal);
    // A site may still remember an opening: then it must remember, too, that there was none.
    if (decision === undefined)
      deciding.then(
        (late) => late.decision && rememberFailure(parts, job, 'too_late', false),
        () => undefined,
      );
    return decision;
  } finally {
    over.abort();
    signal?.removeEventListener('abort', giveUp);
  }
}

async function send(
  { host, providers, logger }: GatewayParts,
  { operation, options, requestId, door }: Job,
  expiresAt: number,
): Promise<LockCommandResult> {
  const provider = providers.get(door.provider);
  if (provider === undefined) return unavailable('no such provider', { retryable: false });
  const { signal } = options;
  const order = {
    commandId: requestId,
    expiresAt,
    ...(signal === undefined ? {} : { signal }),
  };
  try {
    const sending =
      operation === 'lock'
        ? provider.lock(door.device, order)
        : provider.unlock(door.device, { ...order, seconds: door.unlockSeconds ?? 5 });
    const result = await untilThen(host, sending, expiresAt + GRACE_MS);
    return result === undefined ? timedOut(true) : soundResult(result);
  } catch (error) {
    logger?.error({ provider: door.provider, error: nameOf(error) }, 'a provider failed');
    return unavailable('the provider failed', { mayHaveActed: true, retryable: false });
  }
}

/** A provider's word, read as whoever must not believe too little: what is not clear may have happened. */
function soundResult(result: LockCommandResult): LockCommandResult {
  const { outcome, mayHaveActed, retryable, detail } = result;
  if (!OUTCOMES.has(outcome))
    return unavailable('the provider answered nonsense', { mayHaveActed: true, retryable: false });
  return {
    outcome,
    mayHaveActed: outcome === 'confirmed' || mayHaveActed !== false,
    retryable: retryable === true,
    detail: String(detail).slice(0, 200),
  };
}

function isWithdrawn(
  parts: GatewayParts,
  access: AccessRequest,
  decision: ServedDecision,
): boolean {
  try {
    return withdrawal(parts.pdp, access, decision) !== undefined;
  } catch {
    return true;
  }
}

/** Tells what nobody should overlook. */
function afterwards(parts: GatewayParts, job: Job, report: DoorReport): void {
  const { command, mayHaveActed, withdrawnMeanwhile } = report;
  const door = job.request.resource.id;
  const fields = { door, outcome: command?.outcome, mayHaveActed, requestId: report.requestId };
  if (withdrawnMeanwhile) parts.logger?.warn(fields, 'a permit ended while the lock was answering');
  if (command?.outcome === 'confirmed') return;
  parts.logger?.warn(fields, 'a lock did not confirm');
  rememberFailure(parts, job, command?.outcome ?? 'none', mayHaveActed);
}

/** The site remembers a permit whose door did not open, or may not have, as `failed`. */
function rememberFailure(
  parts: GatewayParts,
  { request, operation }: Job,
  outcome: string,
  mayHaveActed: boolean,
): void {
  if (operation === 'lock') return;
  const { resource, subject } = request;
  parts.remember({
    type: 'doorwright.door.failed',
    object: { type: 'door', id: resource.id },
    data: { outcome, mayHaveActed },
    personal: { subject: { type: subject.type, id: subject.id } },
  });
}

function tell(parts: GatewayParts, job: Job, decided: ServedDecision, milliseconds: number): void {
  const { resource } = job.request;
  try {
    parts.watcher?.decided?.({
      action: 'unlock',
      resource: { type: resource.type, id: resource.id },
      decided,
      milliseconds,
      via: job.options.via ?? 'gateway',
    });
  } catch {
    // Watching never breaks a door.
  }
}

function fault(
  requestId: string,
  what: DoorFault | null,
  decision: ServedDecision | null,
): DoorReport {
  return {
    requestId,
    decision,
    command: null,
    fault: what,
    mayHaveActed: false,
    withdrawnMeanwhile: false,
  };
}

/** Errors may quote what people sent; their name does not. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
