/** What must hold for any bytes that claim to be CBOR, an object or a message. */
import type { Random } from '../../bench/random.js';
import type { Crypto } from '../../protocol/crypto/crypto.js';
import { checkNow } from '../../protocol/crypto/steps.js';
import { deviceAckClaims, logAckClaims } from '../../protocol/objects/acknowledgements.js';
import { adminUpdateClaims } from '../../protocol/objects/admin-update.js';
import { BUNDLE_CAPS, bundleClaims } from '../../protocol/objects/bundle.js';
import { certificateClaims } from '../../protocol/objects/certificate.js';
import {
  envelopeKind,
  type ObjectKind,
  openEnvelope,
  parseEnvelope,
} from '../../protocol/objects/envelope.js';
import { grantClaims } from '../../protocol/objects/grant.js';
import { lockIdentityClaims } from '../../protocol/objects/lock-identity.js';
import { policyUpdateClaims } from '../../protocol/objects/policy-update.js';
import { receiptClaims } from '../../protocol/objects/receipt.js';
import { timeTokenClaims } from '../../protocol/objects/time-token.js';
import {
  openTrustUpdate,
  rootHash,
  trustUpdateClaims,
} from '../../protocol/objects/trust-update.js';
import { addFrame, NO_FRAMES, splitFrames } from '../../protocol/session/frames.js';
import {
  encodeHello,
  encodeLockMessage,
  encodePhoneMessage,
  parseHello,
  parseLockMessage,
  parsePhoneMessage,
} from '../../protocol/session/messages.js';
import { sameBytes } from '../../protocol/wire/bytes.js';
import { decodeCbor, encodeCbor } from '../../protocol/wire/cbor.js';
import type { Corpus, Specimen } from './corpus.js';
import { mutated, mutatedValue } from './mutate.js';

/** How far an input came: to the first checks, to the last one, or through it. */
export type Reach = 'refused' | 'judged' | 'accepted';

/** One thing to fuzz. `attempt` throws when an invariant breaks. */
export interface FuzzTarget {
  readonly name: string;
  attempt(random: Random): Reach;
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/** Parse and encode of one kind of payload; erased, because fuzzing does not care what is inside. */
interface AnyClaims {
  parse(payload: Uint8Array): Parsed;
  encode(value: never): Uint8Array;
}

const CLAIMS: Readonly<Record<Exclude<ObjectKind, 'proof'>, AnyClaims>> = {
  certificate: certificateClaims,
  grant: grantClaims,
  'policy-update': policyUpdateClaims,
  'time-token': timeTokenClaims,
  receipt: receiptClaims,
  bundle: { ...bundleClaims, parse: (payload) => bundleClaims.parse(payload, BUNDLE_CAPS) },
  'trust-update': trustUpdateClaims,
  'log-ack': logAckClaims,
  'device-ack': deviceAckClaims,
  'admin-update': adminUpdateClaims,
  'lock-identity': lockIdentityClaims,
};

/** Targets that need no lock. */
export function objectTargets(corpus: Corpus, crypto: Crypto): FuzzTarget[] {
  return [
    cborTarget(corpus),
    payloadTarget(corpus),
    envelopeTarget(corpus, crypto),
    trustTarget(corpus, crypto),
    messageTarget(corpus),
    frameTarget(corpus),
  ];
}

function cborTarget({ objects }: Corpus): FuzzTarget {
  return {
    name: 'CBOR',
    attempt(random) {
      const input = tried(random.pick(objects).payload, random.pick(objects).bytes, random);
      const decoded = decodeCbor(input);
      if (decoded.ok) mustBeSame('CBOR', input, encodeCbor(decoded.value));
      return decoded.ok ? 'accepted' : 'refused';
    },
  };
}

function payloadTarget({ objects }: Corpus): FuzzTarget {
  const withClaims = objects.filter(({ kind }) => kind !== 'proof');
  return {
    name: 'payloads',
    attempt(random) {
      const { kind, payload } = random.pick(withClaims);
      const input = tried(payload, random.pick(withClaims).payload, random);
      const { parse, encode } = CLAIMS[kind as keyof typeof CLAIMS];
      const parsed = parse(input);
      // An ignorable private label is read over, so it is not written again.
      if (parsed.ok && !hasIgnorable(input)) {
        mustBeSame(kind, input, encode(parsed.value as never));
      }
      return parsed.ok ? 'accepted' : 'refused';
    },
  };
}

function envelopeTarget({ objects }: Corpus, crypto: Crypto): FuzzTarget {
  const genuine = new Set(objects.map(({ kind, bytes }) => `${kind} ${bytes.join()}`));
  return {
    name: 'envelopes',
    attempt(random) {
      const original = random.pick(objects);
      const input = tried(original.bytes, random.pick(objects).bytes, random);
      const kind = envelopeKind(input, BUNDLE_CAPS);
      if (kind === undefined) return 'refused';
      const isBelieved = believes(input, kind, objects, crypto);
      if (isBelieved && !genuine.has(`${kind} ${input.join()}`)) {
        throw new Error(`false accept of a ${kind}: ${Buffer.from(input).toString('hex')}`);
      }
      return isBelieved ? 'accepted' : 'judged';
    },
  };
}

/** Whether some key of the corpus signed these bytes; a proof may be over any payload of a proof. */
function believes(
  input: Uint8Array,
  kind: ObjectKind,
  objects: readonly Specimen[],
  crypto: Crypto,
): boolean {
  const envelope = parseEnvelope(input, kind, BUNDLE_CAPS);
  if (!envelope.ok) throw new Error('an envelope of a kind that does not parse as that kind');
  const keys = [...new Set(objects.map(({ key }) => key))];
  const proven = objects.filter((object) => object.kind === 'proof').map(({ payload }) => payload);
  const payloads = kind === 'proof' ? proven : [undefined];
  return payloads.some(
    (payload) =>
      checkNow(openEnvelope(envelope.value, keys, crypto, payload), crypto) !== undefined,
  );
}

function trustTarget({ trustUpdate, objects }: Corpus, crypto: Crypto): FuzzTarget {
  const root = objects.find(({ kind }) => kind === 'certificate')!.key;
  const pinned = { root, trustEpoch: 1, nextRootHash: committedTo(trustUpdate, crypto) };
  return {
    name: 'trust updates',
    attempt(random) {
      const input = tried(trustUpdate, random.pick(objects).bytes, random);
      const opened = checkNow(openTrustUpdate(input, pinned, crypto), crypto);
      if (opened.ok && !sameBytes(input, trustUpdate)) throw new Error('false accept of a root');
      if (opened.ok) return 'accepted';
      return opened.code === 'trust_signature' ? 'judged' : 'refused';
    },
  };
}

/** The hash of the root that the genuine update brings, as the old root committed to it. */
function committedTo(update: Uint8Array, crypto: Crypto): Uint8Array {
  const pair = decodeCbor(update);
  const [first] = pair.ok ? (pair.value as readonly Uint8Array[]) : [];
  const envelope = parseEnvelope(first!, 'trust-update');
  const claims = envelope.ok ? trustUpdateClaims.parse(envelope.value.payload!) : envelope;
  if (!claims.ok) throw new TypeError('the vector of a trust update is none');
  return rootHash(crypto, claims.value.root);
}

function messageTarget({ messages }: Corpus): FuzzTarget {
  const spoken = messages.filter(({ from }) => from !== 'setup');
  return {
    name: 'messages',
    attempt(random) {
      const { from, bytes } = random.pick(spoken);
      const input = tried(bytes, random.pick(spoken).bytes, random);
      const again = reencoded(from, input);
      if (again !== undefined) mustBeSame(from, input, again);
      return again === undefined ? 'refused' : 'accepted';
    },
  };
}

function reencoded(from: string, input: Uint8Array): Uint8Array | undefined {
  if (from === 'm2') {
    const hello = parseHello(input);
    return hello.ok ? encodeHello(hello.value) : undefined;
  }
  if (from === 'phone') {
    const message = parsePhoneMessage(input);
    return message.ok ? encodePhoneMessage(message.value) : undefined;
  }
  const message = parseLockMessage(input);
  return message.ok ? encodeLockMessage(message.value) : undefined;
}

/** Frames of two messages, some changed, doubled or lost: never more is held or handed on than was announced. */
function frameTarget({ objects }: Corpus): FuzzTarget {
  const short = objects.filter(({ bytes }) => bytes.length <= 1024);
  return {
    name: 'frames',
    attempt(random) {
      const messages = [random.pick(short).bytes, random.pick(short).bytes];
      const mtu = 23 + random.below(495);
      const sent = messages.flatMap((message) => splitFrames(message, mtu));
      let state = NO_FRAMES;
      let delivered = 0;
      for (const frame of sent.flatMap((genuine) => disturbed(genuine, random))) {
        const step = addFrame(state, frame);
        if (!step.ok) break;
        state = step.value.state;
        const held = state.parts.reduce((sum, { length }) => sum + length, 0);
        if (held !== state.received || held > state.total) throw new Error('too much is held');
        const { message } = step.value;
        if (message !== null && (message.length === 0 || message.length > 2048)) {
          throw new Error(`a message of ${message.length} bytes`);
        }
        delivered += message === null ? 0 : 1;
      }
      return delivered === messages.length ? 'accepted' : 'refused';
    },
  };
}

function disturbed(frame: Uint8Array, random: Random): readonly Uint8Array[] {
  switch (random.below(24)) {
    case 0:
      return [];
    case 1:
      return [frame, frame];
    case 2:
      return [mutated(frame, frame, random)];
    default:
      return [frame];
  }
}

/** Half of the inputs are broken anywhere, half are well formed with one value changed. */
function tried(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  return (random.below(2) === 0 ? mutated : mutatedValue)(bytes, other, random);
}

function hasIgnorable(payload: Uint8Array): boolean {
  const decoded = decodeCbor(payload, BUNDLE_CAPS);
  const inner = decoded.ok && decoded.value instanceof Map ? decoded.value.get(-70_000) : undefined;
  return inner instanceof Map && [...inner.keys()].some((label) => Number(label) >= 1000);
}

function mustBeSame(what: string, input: Uint8Array, again: Uint8Array): void {
  if (sameBytes(input, again)) return;
  const hex = Buffer.from(input).toString('hex');
  throw new Error(`${what} accepted but written differently: ${hex}`);
}
