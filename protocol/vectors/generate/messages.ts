/** Text of `messages.json`: the plaintexts inside a session, good and bad. */
import { coseKey } from '../../objects/cose-key.js';
import {
  encodeHello,
  encodeLockMessage,
  encodePhoneMessage,
  type LockHello,
  type LockMessage,
  type PhoneMessage,
} from '../../session/messages.js';
import { encodeSetupMessage } from '../../session/setup-message.js';
import { type CborValue, encodeCbor } from '../../wire/cbor.js';
import { idOf, publicKey, sealed } from './actors.js';
import { decoded } from './edits.js';
import { crypto, fixedBytes, NOW, SITE_ID } from './fixed.js';
import { fileText, labelled, type Writable } from './notation.js';
import { PLAIN_GRANT } from './object-cases.js';
import { certificateOf, receiptPayload, TRUST } from './samples.js';

const HELLO: LockHello = {
  counter: Uint8Array.of(0, 0, 0, 7, 0, 0, 0, 2),
  policyVersion: 4,
  trustEpoch: 1,
  committed: { lo: NOW, hi: NOW + 60 },
  nonce: fixedBytes('nonce').slice(0, 16),
  knownKeys: [idOf('grant')],
  receiptSequence: 12,
};

const PROOF = sealed('proof', 'device', encodeCbor([1]));
const SETUP = {
  trust: TRUST,
  siteId: SITE_ID,
  readerId: fixedBytes('reader').slice(0, 4),
  logKey: crypto.x25519Public(fixedBytes('log key')),
  advertKey: fixedBytes('advert key'),
  time: NOW,
};

const PHONE: readonly (readonly [string, PhoneMessage])[] = [
  [
    'carry',
    {
      kind: 'carry',
      object: 'certificate',
      bytes: sealed('certificate', 'root', certificateOf('grant')),
    },
  ],
  [
    'request',
    { kind: 'request', grant: PLAIN_GRANT, operation: 1, asserted: 3, proof: PROOF, request: 1 },
  ],
  ['read-log', { kind: 'read-log', from: 12 }],
  ['close', { kind: 'close' }],
];

const LOCK: readonly (readonly [string, LockMessage])[] = [
  ['carried', { kind: 'carried', status: 64 }],
  [
    'answer',
    { kind: 'answer', status: 0, receipt: sealed('receipt', 'lock identity', receiptPayload()) },
  ],
  ['answer-denied', { kind: 'answer', status: 1, receipt: null }],
  ['segment', { kind: 'segment', sealed: fixedBytes('segment') }],
  ['segment-none', { kind: 'segment', sealed: null }],
  ['closed', { kind: 'closed' }],
];

const bytes = fixedBytes('bytes');

const REFUSED_OF_PHONE: readonly (readonly [string, CborValue])[] = [
  ['unknown-kind', [5]],
  ['no-kind', []],
  ['kind-text', ['4']],
  ['kind-inherited', ['constructor']],
  ['kind-inherited-text', ['toString']],
  ['map', new Map([[1, 4]])],
  ['close-with-more', [4, 0]],
  ['carry-of-a-grant', [1, 2, bytes]],
  ['carry-of-a-bundle', [1, 7, bytes]],
  ['carry-of-nothing', [1, 1, new Uint8Array(0)]],
  ['carry-without-object', [1, 1]],
  ['request-number-0', [2, bytes, 1, 0, bytes, 0]],
  ['request-without-number', [2, bytes, 1, 0, bytes]],
  ['request-operation-256', [2, bytes, 256, 0, bytes, 1]],
  ['request-grant-null', [2, null, 1, 0, bytes, 1]],
  ['read-log-from-0', [3, 0]],
  ['read-log-from-2^32', [3, 2 ** 32]],
];
const REFUSED_OF_LOCK: readonly (readonly [string, CborValue])[] = [
  ['status-256', [1, 256]],
  ['kind-inherited', ['constructor']],
  ['answer-without-receipt', [2, 0]],
  ['answer-receipt-empty', [2, 0, new Uint8Array(0)]],
  ['segment-text', [3, 'x']],
  ['unknown-kind', [5]],
];

/** Text of `messages.json`. */
export function messagesFile(): string {
  const one = (id: string, from: string, bytes: Uint8Array): Writable => ({
    id,
    from,
    value: labelled(decoded(bytes)),
    bytes,
  });
  const good = [
    one('hello', 'm2', encodeHello(HELLO)),
    one(
      'hello-unbounded',
      'm2',
      encodeHello({ ...HELLO, committed: { lo: 0, hi: null }, knownKeys: [] }),
    ),
    ...PHONE.map(([id, message]) => one(id, 'phone', encodePhoneMessage(message))),
    ...LOCK.map(([id, message]) => one(id, 'lock', encodeLockMessage(message))),
    one('setup', 'setup', encodeSetupMessage(SETUP)),
  ];
  return fileText(
    'Plaintexts by who sends them: the payload of M2, messages of the phone and of the lock, the setup message of a commissioning. `refused` ones end the session.',
    { accepted: good, refused: refused() },
  );
}

function refused(): Writable[] {
  const hello = decoded(encodeHello(HELLO)) as readonly CborValue[];
  const setup = decoded(encodeSetupMessage(SETUP)) as readonly CborValue[];
  const replaced = (list: readonly CborValue[], at: number, value: CborValue) =>
    list.map((member, index) => (index === at ? value : member));
  const m2: readonly (readonly [string, CborValue])[] = [
    ['version-2', replaced(hello, 0, 2)],
    ['nonce-of-15-bytes', replaced(hello, 5, bytes.slice(0, 15))],
    ['hi-below-lo', replaced(hello, 4, [10, 9])],
    [
      'nine-known-keys',
      replaced(
        hello,
        6,
        Array.from({ length: 9 }, () => bytes.slice(0, 8)),
      ),
    ],
    ['one-member-more', [...hello, 0]],
  ];
  const setups: readonly (readonly [string, CborValue])[] = [
    ['version-2', replaced(setup, 0, 2)],
    ['root-by-id', replaced(setup, 1, bytes.slice(0, 8))],
    [
      'root-x25519',
      replaced(
        setup,
        1,
        new Map<number, CborValue>([
          ...(coseKey.write(publicKey('root')) as ReadonlyMap<number, CborValue>),
          [-1, 4],
        ]),
      ),
    ],
    ['reader-empty', replaced(setup, 5, new Uint8Array(0))],
    ['reader-of-33-bytes', replaced(setup, 5, new Uint8Array(33))],
    ['time-missing', setup.slice(0, 8)],
    ['time-null', replaced(setup, 8, null)],
    ['time-0', replaced(setup, 8, 0)],
  ];
  const named = (from: string, list: readonly (readonly [string, CborValue])[]) =>
    list.map(([id, value]) => ({ id: `${from}-${id}`, from, bytes: encodeCbor(value) }));
  return [
    ...named('phone', REFUSED_OF_PHONE),
    ...named('lock', REFUSED_OF_LOCK),
    ...named('m2', m2),
    ...named('setup', setups),
  ];
}
