/** A decision point by a policy in a file, which may be replaced while it decides. */
import { luxonTimeZones } from '../../checks/time/luxon-zones.js';
import { zoneTest } from '../../engine/compile.js';
import { organizationOf } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import { compilePolicy, type PolicyOptions } from '../../index.js';
import { type Issue, PolicyError } from '../../policy/issue.js';
import { parseDocumentText } from '../../policy/parse.js';
import { enginePdp } from '../pdp/engine-pdp.js';
import type { Consistency, Pdp, ViewResult } from '../pdp/pdp.js';
import { defaultPdpHost, type PdpHost } from '../pdp/pdp-host.js';
import { readToken } from '../pdp/token.js';
import { lookNow, type Waiting, waitUntil } from '../pdp/waiting.js';
import { quietly } from '../quietly.js';
import { watchFile } from './watched-file.js';
import { FileSizeError, type WholeFile } from './whole-file.js';

/** How a policy file is followed. */
export interface PolicyFileOptions extends PolicyOptions {
  /** Milliseconds between two looks where the system tells of nothing. Default 1 000. */
  readonly everyMs?: number;
  /** Milliseconds for which the file must lie still before it is read. Default 100. */
  readonly settleMs?: number;
  /** Largest file, in bytes. Default 500 000 000. */
  readonly bytesMax?: number;
  /** Whether a policy of a lower revision, or another of the same, may take over. Default: no. */
  readonly allowOlder?: boolean;
  /** Seconds that `at` waits at most. Default 5. */
  readonly waitSeconds?: number;
  /** Told of every policy that took over, and of every one that did not. */
  readonly onReload?: (told: ReloadTold) => void;
  readonly host?: PdpHost;
}

/**
 * Why a file did not take over. `unreadable`: the system refuses, or it is too large; `invalid`: no valid policy; `older`: of a lower
 * revision; `same_revision`: another policy of the revision that decides already; `other_organization`.
 */
export type PolicyFileCode =
  | 'unreadable'
  | 'invalid'
  | 'older'
  | 'same_revision'
  | 'other_organization';

/** What became of a version of the file. */
export type ReloadTold =
  | { readonly ok: true; readonly revision: number; readonly milliseconds: number }
  | {
      readonly ok: false;
      readonly code: PolicyFileCode;
      readonly detail: string;
      /** The revision that goes on deciding. */
      readonly revision: number;
    };

/** A policy file that could not be used. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError';
  readonly code: PolicyFileCode;

  constructor(code: PolicyFileCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** A decision point that follows a file. */
export interface PolicyFilePdp extends Pdp {
  /** Looks at the file now; whether what decides is what lies there. */
  refresh(): Promise<boolean>;
  /** Follows the file no more, and goes on deciding. */
  close(): void;
}

/**
 * Reads a policy and follows its file. A version takes over between two questions, whole: when it has lain still, is
 * valid and is not older. Any other leaves the policy that decides, and is a fault of `status` until another comes.
 * @throws PolicyFileError when there is no valid policy to begin with; its `cause` is a PolicyError where that has issues.
 */
export async function policyFilePdp(
  path: string,
  options: PolicyFileOptions = {},
): Promise<PolicyFilePdp> {
  const { waitSeconds = 5, host = defaultPdpHost, bytesMax = 500_000_000 } = options;
  const tell = quietly(options.onReload);
  let current: Current | undefined;
  let fault: PolicyFileError | undefined;
  const refused = ({ code, message }: PolicyFileError) => {
    if (current === undefined) return;
    const { revision } = current.engine;
    tell({ ok: false, code, detail: message, revision });
  };
  const file = watchFile({
    path,
    bytesMax,
    host,
    ...(options.everyMs === undefined ? {} : { everyMs: options.everyMs }),
    ...(options.settleMs === undefined ? {} : { settleMs: options.settleMs }),
    take(whole) {
      if (whole.hash === current?.hash) return;
      const began = host.elapsed();
      try {
        current = successor(whole, current, options);
      } catch (error) {
        refused(asFileError(error as Error));
        throw error;
      }
      const { revision } = current.engine;
      tell({ ok: true, revision, milliseconds: host.elapsed() - began });
    },
    onFault(error) {
      fault = error && asFileError(error);
      if (fault?.code === 'unreadable') refused(fault);
    },
  });
  if (!(await file.looking.look()) || current === undefined) {
    file.close();
    throw fault ?? new PolicyFileError('unreadable', 'it could not be read');
  }
  const taken: Current = current;
  const pdp = enginePdp({ engine: () => current?.engine ?? taken.engine });
  const waiting: Waiting = { looking: file.looking, host, waitMs: waitSeconds * 1000 };
  return {
    organization: pdp.organization,
    local: pdp.local,
    at: (consistency, signal) => viewAt(pdp, waiting, consistency, signal),
    refresh: () => file.looking.look(),
    status() {
      const status = pdp.status();
      return fault === undefined ? status : { ...status, faults: [`policy_${fault.code}`] };
    },
    close: () => file.close(),
  };
}

/** What decides. */
interface Current {
  readonly engine: Engine;
  /** Of the file it came from. */
  readonly hash: string;
}

/** Compiles aside; nothing has changed when it throws. @throws PolicyFileError */
function successor(
  { bytes, hash }: WholeFile,
  current: Current | undefined,
  options: PolicyFileOptions,
): Current {
  const engine = compiled(bytes, options);
  if (current === undefined) return { engine, hash };
  const [old, fresh] = [organizationOf(current.engine).id, organizationOf(engine).id];
  if (old !== fresh) {
    throw new PolicyFileError(
      'other_organization',
      `the policy of \`${fresh}\`, not of \`${old}\``,
    );
  }
  const [has, comes] = [current.engine.revision, engine.revision];
  if (options.allowOlder === true || comes > has) return { engine, hash };
  if (comes < has) {
    throw new PolicyFileError('older', `revision ${comes} came after revision ${has}`);
  }
  const detail = `another policy of revision ${has}, which decides already: raise \`revision\``;
  throw new PolicyFileError('same_revision', detail);
}

function compiled(bytes: Uint8Array, options: PolicyFileOptions): Engine {
  const { timeZones = luxonTimeZones, allowDeprecatedRoles = false } = options;
  const parsed = parseDocumentText(textOf(bytes), {
    isTimeZone: zoneTest(timeZones),
    allowDeprecatedRoles,
  });
  if (parsed.ok) return compilePolicy(parsed.value, { timeZones, allowDeprecatedRoles });
  throw new PolicyFileError('invalid', issuesText(parsed.issues), new PolicyError(parsed.issues));
}

/** Where and what, without the values: they may be names, and this goes into logs. */
function issuesText(issues: readonly Issue[]): string {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return first === undefined ? 'not valid' : `${first.pointer || '/'}: ${first.code}${more}`;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new PolicyFileError('invalid', 'not UTF-8 text', error);
  }
}

async function viewAt(
  pdp: Pdp,
  waiting: Waiting,
  consistency: Consistency,
  signal: AbortSignal | undefined,
): Promise<ViewResult> {
  if (consistency.kind === 'latest' && !(await lookNow(waiting, signal))) {
    return { ok: false, code: 'stale', detail: 'the file there cannot be used' };
  }
  const token = 'token' in consistency ? readToken(consistency.token) : undefined;
  if (token?.organization === pdp.organization && token.epoch === 0) {
    // A file that is brought to several machines comes to one of them last.
    const isReached = () => (pdp.status().revision ?? -1) >= token.revision;
    await waitUntil(waiting, isReached, signal);
  }
  return await pdp.at(consistency, signal);
}

function asFileError(error: Error): PolicyFileError {
  if (error instanceof PolicyFileError) return error;
  const detail = error instanceof FileSizeError ? error.message : systemWords(error);
  return new PolicyFileError('unreadable', detail, error);
}

/** The code alone: the system's message repeats the path. */
function systemWords(error: Error & { readonly code?: unknown }): string {
  return typeof error.code === 'string' ? error.code : error.message;
}
