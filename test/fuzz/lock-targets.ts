/** What must hold for any bytes that reach a lock: over the air, in a handshake, inside a session. */
import { splitFrames } from '../../protocol/session/frames.js';
import { type CarriedKind, encodePhoneMessage } from '../../protocol/session/messages.js';
import { sealTransport } from '../../protocol/session/noise-cipher.js';
import { STATUS_NUMBERS } from '../../protocol/status.js';
import { sameBytes } from '../../protocol/wire/bytes.js';
import type { LockHost } from '../helpers/lock-host.js';
import {
  adminBytes,
  certificateOf,
  crypto,
  grantBytes,
  logAckBytes,
  policyBytes,
  timeBytes,
} from '../helpers/lock-objects.js';
import { handshake, type LockKeys, ownedLock, PhoneSession } from '../helpers/lock-phone.js';
import { mutated, mutatedValue } from './mutate.js';
import type { FuzzTarget, Reach } from './object-targets.js';

/** A lock in the middle of a session, to which every attempt goes back. */
interface Scene {
  readonly host: LockHost;
  readonly lockKeys: LockKeys;
  /** The host as it was, and the phone's side of the session. */
  reset(): PhoneSession;
}

/** A genuine plaintext, and whether it moves the bolt. */
interface Line {
  readonly plain: Uint8Array;
  readonly opens: boolean;
}

/** Targets that need a lock. */
export function lockTargets(): FuzzTarget[] {
  return [sessionTarget(), airTarget(), openingTarget()];
}

/** Messages of who holds the session's keys, well sealed, with their plaintext changed. */
function sessionTarget(): FuzzTarget {
  const scene = beginScene();
  const lines = linesOf(scene);
  return {
    name: 'session',
    attempt(random) {
      const session = scene.reset();
      const { plain, opens } = random.pick(lines);
      const how = random.below(2) === 0 ? mutated : mutatedValue;
      const input = how(plain, random.pick(lines).plain, random);
      if (input.length === 0 || input.length > 2000) return 'refused';
      const isGenuine = lines.some((line) => sameBytes(line.plain, input));
      const answer = session.sayBytes(input);
      const { moves } = scene.host;
      if (moves.length > 0 && !(opens && isGenuine))
        throw new Error(`the bolt moved: ${hex(input)}`);
      const status = answer !== undefined && 'status' in answer ? answer.status : undefined;
      const isApplied = status === STATUS_NUMBERS.applied || status === STATUS_NUMBERS.permitted;
      if (isApplied && !isGenuine) throw new Error(`believed: ${hex(input)}`);
      if (answer === undefined) return 'refused';
      return isApplied ? 'accepted' : 'judged';
    },
  };
}

/** Frames of a session changed on their way: the lock says nothing to any that are not as they were sent. */
function airTarget(): FuzzTarget {
  const scene = beginScene();
  const lines = linesOf(scene);
  return {
    name: 'air',
    attempt(random) {
      const session = scene.reset();
      const { message } = sealTransport(crypto, session.transport, random.pick(lines).plain);
      const frames = splitFrames(message, 23 + random.below(225));
      const at = random.below(frames.length);
      const sent = frames.map((frame, index) =>
        index === at ? mutated(frame, random.pick(frames), random) : frame,
      );
      const isChanged = !sameBytes(sent[at]!, frames[at]!);
      for (const bytes of sent) scene.host.step({ kind: 'frame', connection: session.id, bytes });
      const answered = scene.host.take(session.id).length > 0;
      if (answered && isChanged) throw new Error(`answered: ${hex(sent[at]!)}`);
      if (scene.host.moves.length > 0 && isChanged) throw new Error('the bolt moved');
      return reach(answered, session.isDropped);
    },
  };
}

/** First messages of strangers: without the advert key, and with it but changed. */
function openingTarget(): FuzzTarget {
  const { host, keys: lockKeys } = ownedLock();
  host.step({ kind: 'touched' });
  const state = host.state;
  let genuine: Uint8Array | undefined;
  handshake(host, lockKeys, { touch: false, m1: (m1) => (genuine = m1) });
  return {
    name: 'first messages',
    attempt(random) {
      host.state = state;
      host.sent.clear();
      host.dropped.clear();
      const input = mutated(genuine!, genuine!, random);
      if (input.length === 0 || input.length > 2048) return 'refused';
      host.step({ kind: 'connected', connection: 5, mtu: 247 });
      for (const bytes of splitFrames(input, 247)) {
        host.step({ kind: 'frame', connection: 5, bytes });
      }
      const answered = host.take(5).length > 0;
      if (answered && !sameBytes(input, genuine!)) throw new Error(`shook hands: ${hex(input)}`);
      return reach(answered, host.dropped.has(5));
    },
  };
}

function reach(answered: boolean, dropped: boolean): Reach {
  if (answered) return 'accepted';
  return dropped ? 'judged' : 'refused';
}

function beginScene(): Scene {
  const { host, keys: lockKeys } = ownedLock();
  const session = handshake(host, lockKeys);
  session.carry('time-token', timeBytes({ nonce: session.hello.nonce }));
  const { state, flash, elapsedMs } = host;
  const { transport } = session;
  return {
    host,
    lockKeys,
    reset() {
      host.state = state;
      host.flash = new Map(flash);
      host.elapsedMs = elapsedMs;
      host.moves = [];
      host.writes = [];
      host.sent.clear();
      host.dropped.clear();
      return new PhoneSession(host, session.id, transport, session.hello, lockKeys);
    },
  };
}

/** One genuine message of each kind. */
function linesOf(scene: Scene): Line[] {
  const session = scene.reset();
  const request = encodePhoneMessage(session.requestMessage(grantBytes()));
  const carried: readonly (readonly [CarriedKind, Uint8Array])[] = [
    ['certificate', certificateOf('grant')],
    ['certificate', certificateOf('bundle')],
    ['policy-update', policyBytes({ policyVersion: 3 })],
    ['time-token', timeBytes()],
    [
      'admin-update',
      adminBytes({ sequence: 1, config: { version: 1, openSeconds: 9, personalLog: true } }),
    ],
    ['log-ack', logAckBytes(1)],
  ];
  return [
    { plain: request, opens: true },
    { plain: request, opens: true },
    ...carried.map(([object, bytes]) => ({
      plain: encodePhoneMessage({ kind: 'carry', object, bytes }),
      opens: false,
    })),
    { plain: encodePhoneMessage({ kind: 'read-log', from: 1 }), opens: false },
    { plain: encodePhoneMessage({ kind: 'close' }), opens: false },
  ];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
