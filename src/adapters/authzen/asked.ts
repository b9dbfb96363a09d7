/** `options` of a request: what else than the decision is asked for, and how new the policy must be. */
import type { Consistency } from '../pdp/pdp.js';
import { isSent, type Sent } from './body.js';
import type { Client } from './client.js';
import { forbidden, malformed, type Refusal } from './refusal.js';

/** In which way the items of a batch are gone through. @see AuthZEN 1.0, "Evaluations semantics" */
export const SEMANTICS = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const;

/** What is asked for beside the decision. */
export interface Asked {
  readonly ok: true;
  /** Nothing at all: the usual case. */
  readonly plain: boolean;
  readonly reasons: boolean;
  readonly grants: boolean;
  readonly validUntil: boolean;
  readonly explain: boolean;
  /** The revision and the token of what decided. */
  readonly state: boolean;
  /** Undefined: what this process has. */
  readonly consistency: Consistency | undefined;
  readonly semantic: (typeof SEMANTICS)[number];
}

const PLAIN: Asked = {
  ok: true,
  plain: true,
  reasons: false,
  grants: false,
  validUntil: false,
  explain: false,
  state: false,
  consistency: undefined,
  semantic: 'execute_all',
};
const SHOWING = ['reasons', 'grants', 'validUntil', 'explain'] as const;
/** Characters of a token; those of `PdpView.token` have at most 200. */
const TOKEN_LENGTH_MAX = 256;

/** Reads `options`; members it does not know are ignored. @returns 400 or 403. */
export function readAsked(options: unknown, client: Client): Asked | Refusal {
  if (options === undefined || options === null) return PLAIN;
  if (!isSent(options)) return malformed('/options', 'not an object');
  for (const name of [...SHOWING, 'state'] as const) {
    const value = options[name];
    if (value !== undefined && typeof value !== 'boolean') {
      return malformed(`/options/${name}`, 'neither true nor false');
    }
  }
  const semantic = options['evaluations_semantic'] ?? 'execute_all';
  if (!isSemantic(semantic)) {
    return malformed('/options/evaluations_semantic', `none of ${SEMANTICS.join(', ')}`);
  }
  const shows = SHOWING.some((name) => options[name] === true);
  if (shows && client.explain !== true) {
    return forbidden('this client may not ask for reasons');
  }
  const state = options['state'] === true;
  const consistency = readConsistency(options['consistency']);
  if (consistency !== undefined && 'ok' in consistency) return consistency;
  if ((state || consistency !== undefined) && client.consistency !== true) {
    return forbidden('this client may not ask for a state or a consistency level');
  }
  return {
    ok: true,
    plain: !shows && !state,
    reasons: options['reasons'] === true,
    grants: options['grants'] === true,
    validUntil: options['validUntil'] === true,
    explain: options['explain'] === true,
    state,
    consistency,
    semantic,
  };
}

function isSemantic(value: unknown): value is Asked['semantic'] {
  return SEMANTICS.some((semantic) => semantic === value);
}

function readConsistency(sent: unknown): Consistency | Refusal | undefined {
  if (sent === undefined || sent === null) return undefined;
  if (!isSent(sent)) return malformed('/options/consistency', 'not an object');
  const { kind, token } = sent as Sent & { kind?: unknown; token?: unknown };
  switch (kind) {
    case 'local':
    case 'latest':
      return { kind };
    case 'atLeast':
    case 'exact':
      return typeof token === 'string' && token.length <= TOKEN_LENGTH_MAX
        ? { kind, token }
        : malformed('/options/consistency/token', 'missing or no token');
    default:
      return malformed('/options/consistency/kind', 'none of local, atLeast, exact, latest');
  }
}
