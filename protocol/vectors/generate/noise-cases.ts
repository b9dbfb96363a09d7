/** Text of `noise.json`: the three handshakes of DKP/1 with fixed ephemeral keys. */

import { encodeSegment } from '../../objects/log-segment.js';
import { encodeHello } from '../../session/messages.js';
import {
  type NoiseOpening,
  type NoiseState,
  readNoise,
  startNoise,
  writeNoise,
} from '../../session/noise.js';
import { openTransport, sealTransport } from '../../session/noise-cipher.js';
import { labelPsk, sessionPrologue, setupPrologue } from '../../session/opening.js';
import { encodeCbor } from '../../wire/cbor.js';
import { idOf } from './actors.js';
import { logRecords } from './derived.js';
import { crypto, fixedBytes, LOCK_ID, NOW } from './fixed.js';
import { fileText, type Writable } from './notation.js';

interface Handshake {
  readonly id: string;
  readonly pattern: NoiseOpening['pattern'];
  readonly prologue: Uint8Array;
  readonly responderStatic: Uint8Array;
  readonly initiatorStatic?: Uint8Array;
  readonly psk?: Uint8Array;
  /** Payloads of the handshake messages, the initiator's first. */
  readonly payloads: readonly Uint8Array[];
}

const CAPABILITIES = Uint8Array.of(1, 1, 1);
const EMPTY = new Uint8Array(0);

const HELLO = encodeHello({
  counter: Uint8Array.of(0, 0, 0, 7, 0, 0, 0, 2),
  policyVersion: 4,
  trustEpoch: 1,
  committed: { lo: NOW, hi: null },
  nonce: fixedBytes('nonce').slice(0, 16),
  knownKeys: [idOf('grant'), idOf('policy')],
  receiptSequence: 1,
});

const HANDSHAKES: readonly Handshake[] = [
  {
    id: 'session',
    pattern: 'NK',
    prologue: sessionPrologue(LOCK_ID, CAPABILITIES),
    responderStatic: fixedBytes('lock static'),
    payloads: [EMPTY, HELLO],
  },
  {
    id: 'commissioning',
    pattern: 'NKpsk2',
    prologue: setupPrologue(LOCK_ID, CAPABILITIES),
    responderStatic: fixedBytes('lock setup'),
    psk: labelPsk(crypto, LOCK_ID, fixedBytes('label secret').slice(0, 16)),
    payloads: [EMPTY, EMPTY],
  },
  {
    id: 'log-segment',
    pattern: 'X',
    prologue: encodeCbor(['DKP/1 log', LOCK_ID]),
    initiatorStatic: fixedBytes('lock static'),
    responderStatic: fixedBytes('log key'),
    payloads: [encodeSegment({ lockId: LOCK_ID, records: logRecords() })],
  },
];

/** Text of `noise.json`. */
export function noiseFile(): string {
  return fileText(
    'Handshakes with fixed ephemeral secrets: `messages` in turn from the initiator on, the handshake hash, then transport messages in both directions (X has none).',
    { handshakes: HANDSHAKES.map(handshake) },
  );
}

function handshake(one: Handshake): Writable {
  const { id, pattern, prologue, responderStatic, initiatorStatic, psk, payloads } = one;
  const ephemerals = [fixedBytes(`${id} initiator`), fixedBytes(`${id} responder`)];
  const shared = { pattern, prologue, ...(psk && { psk }) };
  const remoteStatic = crypto.x25519Public(responderStatic);
  let writer = startNoise(crypto, {
    ...shared,
    initiator: true,
    remoteStatic,
    ...(initiatorStatic && { static: initiatorStatic }),
  });
  let reader = startNoise(crypto, { ...shared, initiator: false, static: responderStatic });
  const messages: Writable[] = [];
  for (const [index, payload] of payloads.entries()) {
    const written = writeNoise(crypto, writer, ephemerals[index] as Uint8Array, payload);
    const read = written && readNoise(crypto, reader, written.message);
    if (written === undefined || read === undefined) throw new Error(`vector ${id}: no handshake`);
    messages.push({ payload, bytes: written.message });
    [writer, reader] = [read.state, written.state];
  }
  const initiator = payloads.length % 2 === 0 ? writer : reader;
  const responder = payloads.length % 2 === 0 ? reader : writer;
  return {
    id,
    name: `Noise_${pattern}_25519_ChaChaPoly_SHA256`,
    prologue,
    responderStatic,
    initiatorStatic,
    psk,
    ephemerals: ephemerals.slice(0, payloads.length),
    messages,
    hash: initiator.transport?.hash,
    transport: pattern === 'X' ? [] : transport(initiator, responder),
  };
}

/** Two messages there, one back, one there: nonces count in each direction by themselves. */
function transport(first: NoiseState, second: NoiseState): Writable[] {
  let [initiator, responder] = [first.transport, second.transport];
  if (initiator === undefined || responder === undefined) throw new Error('no transport');
  const list: Writable[] = [];
  for (const [index, fromInitiator] of [true, true, false, true].entries()) {
    const plain = encodeCbor(['message', index]);
    const sealed = sealTransport(crypto, fromInitiator ? initiator : responder, plain);
    const opened = openTransport(crypto, fromInitiator ? responder : initiator, sealed.message);
    if (opened === undefined) throw new Error('transport does not open');
    [initiator, responder] = fromInitiator
      ? [sealed.transport, opened.transport]
      : [opened.transport, sealed.transport];
    list.push({ from: fromInitiator ? 'initiator' : 'responder', plain, bytes: sealed.message });
  }
  return list;
}
