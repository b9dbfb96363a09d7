/**
 * When the lock shows itself and how many handshakes it makes (offline.md §3.4): only after a touch, for
 * half a minute, three for each touch. A stranger can make it compute one hash at a time, no more.
 */
import { advertBytes, SALT_BYTES } from '../session/advert.js';
import { OPENING_CODE_BYTES, openM1 } from '../session/opening.js';
import { copyBytes, sameBytes } from '../wire/bytes.js';
import type { Turn } from './state.js';
import { drawBytes } from './turn.js';

/** How long one advert is shown, in milliseconds. */
const ADVERT_MS = 30_000;

/** How long a lock without an owner may be commissioned after its button was pressed, in milliseconds. */
const SETUP_MS = 120_000;

/** Handshakes a touch allows: one for the phone, two for what the air swallows. */
const TOKENS = 3;

/** Codes remembered: more than can be taken while two adverts last. */
const CODES_MAX = 16;

/** Somebody touched the lock: it shows a new advert, and the one before is answered while it lasts. */
export function takeTouch(turn: Turn): void {
  const owner = turn.state.self?.owner ?? null;
  if (owner === null) return;
  const salt = drawBytes(turn, 'salt').slice(0, SALT_BYTES);
  const untilMs = turn.moment.elapsedMs + ADVERT_MS;
  const advertising = [...turn.state.advertising.slice(-1), { salt, untilMs }];
  turn.state.advertising = advertising;
  turn.state.tokens = TOKENS;
  const { capabilities } = turn.state.setup;
  const bytes = advertBytes(turn.crypto, owner.advertKey.reveal(), salt, capabilities);
  turn.effects.push({ kind: 'advertise', bytes });
}

/** The button inside: nothing in a lock that has an owner, or whose memory is not whole. */
export function takeButton(turn: Turn): void {
  const { self, setup } = turn.state;
  if (self === null || self.owner !== null) return;
  const setupUntilMs = turn.moment.elapsedMs + SETUP_MS;
  turn.state.setupUntilMs = setupUntilMs;
  turn.state.tokens = TOKENS;
  const bytes = advertBytes(turn.crypto, null, new Uint8Array(SALT_BYTES), setup.capabilities);
  turn.effects.push({ kind: 'advertise', bytes });
}

/** Ends adverts and the time of commissioning when they are over. */
export function expireAdverts(turn: Turn): void {
  const now = turn.moment.elapsedMs;
  const { advertising, setupUntilMs } = turn.state;
  const lasting = advertising.filter(({ untilMs }) => untilMs > now);
  const isOver = advertising.length > 0 && lasting.length === 0;
  const isSetupOver = setupUntilMs > 0 && setupUntilMs <= now;
  if (lasting.length < advertising.length) turn.state.advertising = lasting;
  if (isOver || isSetupOver) endAdverts(turn);
}

/** Silence, and no more handshakes until somebody touches the lock. */
export function endAdverts(turn: Turn): void {
  turn.state.advertising = [];
  turn.state.tokens = 0;
  turn.state.codesTaken = [];
  turn.state.setupUntilMs = 0;
  turn.effects.push({ kind: 'advertise', bytes: null });
}

/**
 * The Noise message in an M1 whose code is right, was not taken before, and for which a token was left;
 * undefined for any other bytes, which cost nobody a token.
 */
export function admitM1(turn: Turn, message: Uint8Array): Uint8Array | undefined {
  const owner = turn.state.self?.owner ?? null;
  const { advertising, tokens, codesTaken } = turn.state;
  if (owner === null || tokens === 0) return undefined;
  const key = owner.advertKey.reveal();
  const code = copyBytes(message, 0, OPENING_CODE_BYTES);
  if (codesTaken.some((taken) => sameBytes(taken, code))) return undefined;
  for (const { salt } of advertising) {
    const opened = openM1(turn.crypto, key, salt, message);
    if (opened === undefined) continue;
    takeToken(turn);
    turn.state.codesTaken = [...codesTaken, code].slice(-CODES_MAX);
    return opened;
  }
  return undefined;
}

/** Takes one token; false when none is left. */
export function takeToken(turn: Turn): boolean {
  const { tokens } = turn.state;
  if (tokens === 0) return false;
  turn.state.tokens = tokens - 1;
  return true;
}
