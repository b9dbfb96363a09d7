// What the C program is given of each vector, list by list: names and values, or why a lock has nothing to do with it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the vectors lie. */
export const folder = join(fileURLToPath(import.meta.url), '../../../../protocol/vectors');
const skip = (reason) => ({ skip: reason });

/** Kinds of payloads that a lock reads; the others are for phones and servers. */
const READ = ['certificate', 'grant', 'policy-update', 'time-token', 'admin-update', 'log-ack'];
const NO_P256 = 'ES256 is capability 1, which this lock does not have';
const NOT_READ = 'read by phones and servers, never by a lock';
const WHOLE_LOCK =
  'drives a whole lock with its records, timers and bolt; the parts are run from the other lists';

/** Runs that end on what a session itself refuses: no timer, no record, no bolt and no button comes into them. */
const SESSION_RUNS = [
  'm1-code-wrong',
  'm1-ephemeral-altered',
  'm1-too-short',
  'm1-too-long',
  'm1-plain-request',
  'm1-ephemeral-of-small-order',
  'm1-other-capabilities',
  'm1-replayed',
  'second-m1',
  'plain-request',
  'short-message',
  'reordered',
  'replayed-message',
  'truncated-message',
  'reflected',
  'no-message-inside',
  'trailing-byte-inside',
];

/** The keys of objects.json by name, filled when that file is read. */
export const keys = new Map();

/** By file and list, what becomes of a vector: its fields, or `skip` with the reason. */
export const tables = {
  'cbor.json': { accepted: bytesOnly, refused: bytesOnly },
  'objects.json': {
    keys: (v) => ({ cose: v.cose, id: v.id, hash: v.hash, ed25519: v.kind === 'ed25519' ? 1 : 0 }),
    objects: signedObject,
    proofs: (v) =>
      isP256(v.signer)
        ? skip(NO_P256)
        : { object: v.object, payload: v.payload, key: keys.get(v.signer).cose },
    trustUpdates: (v) => ({
      object: v.object,
      payload: v.payload,
      key: v.signers.map((name) => keys.get(name).cose),
    }),
  },
  'refused.json': {
    keys: (v) => ({ cose: v.cose }),
    envelopes: (v) => ({
      proof: v.kind === 'proof' ? 1 : 0,
      object: v.object,
      detached: v.detached ?? '',
      key: v.trusted.map(coseOf),
    }),
    payloads: (v) =>
      READ.includes(v.kind) ? { kind: v.kind, payload: v.payload } : skip(NOT_READ),
  },
  'derived.json': {
    tags: () => skip('made by servers; a lock only compares tags'),
    digests: (v) =>
      v.id === 'nothing'
        ? { lockId: v.lockId, digest: v.digest }
        : skip('made by servers; a lock computes the post of nothing alone'),
    log: (v) =>
      v.sequence === undefined
        ? skip('what is sealed into a segment; run as noise.json log-segment')
        : {
            sequence: v.sequence,
            lo: v.lo,
            tag: v.tag,
            operation: v.operation,
            result: v.result,
            link: v.link,
            bytes: v.bytes,
            after: v.linkAfter,
          },
    adverts: (v) => ({
      advertKey: v.advertKey,
      salt: v.salt,
      capabilities: v.capabilities,
      bytes: v.bytes,
    }),
    openings: (v) => ({
      advertKey: v.advertKey,
      salt: v.salt,
      noise: v.noiseMessage,
      bytes: v.bytes,
    }),
    labels: (v) => ({ lockId: v.lockId, secret: v.secret, psk: v.psk }),
    uuids: () => skip('constants of a radio driver, which is not in this folder'),
  },
  'frames.json': {
    split: (v) => ({ mtu: v.mtu, message: v.message, frame: v.frames }),
    received: (v) => ({
      frame: v.frames,
      message: v.messages ?? [],
      ends: v.messages === undefined ? 1 : 0,
    }),
  },
  'messages.json': { accepted: plaintext, refused: plaintext },
  'noise.json': { handshakes: handshake },
  'sessions.json': {
    setup: () => skip('constants that the runs refer to'),
    runs: sessionRun,
    phones: () => skip('drives a phone'),
    handshakes: handshake,
  },
  'verdicts.json': { grants: grantVerdict, updates: updateVerdict, clocks: clockSteps },
};

function bytesOnly(vector) {
  return { bytes: vector.bytes ?? vector.parts.map(([hex, times]) => hex.repeat(times)).join('') };
}

function isP256(name) {
  return keys.get(name).kind !== 'ed25519';
}

function coseOf(trusted) {
  return typeof trusted === 'string' ? keys.get(trusted).cose : `a301012006215820${trusted.x}`;
}

function bare(value) {
  return typeof value === 'string' ? value.replace(/^h'|'$/g, '') : value;
}

function signedObject(vector) {
  if (isP256(vector.signer)) return skip(NO_P256);
  const fields = {
    type: vector.type,
    object: vector.object,
    payload: vector.payload,
    key: keys.get(vector.signer).cose,
  };
  if (READ.includes(vector.kind)) return { ...fields, kind: vector.kind };
  if (vector.kind !== 'receipt' && vector.kind !== 'lock-identity') return skip(NOT_READ);
  const own = vector.claims['-70000'];
  const written = { ...fields, kind: vector.kind, secret: keys.get(vector.signer).secret };
  for (const [label, value] of Object.entries(own))
    written[`own${label}`] = Array.isArray(value) ? value.map(bare) : bare(value);
  return { ...written, lockId: bare(vector.claims[3] ?? '') };
}

function plaintext(vector) {
  if (vector.from === 'phone' || vector.from === 'setup')
    return { from: vector.from, bytes: vector.bytes };
  if (vector.value === undefined) return skip('said by a lock; refused by phones');
  const fields = { from: vector.from, bytes: vector.bytes };
  if (vector.from === 'lock') return { ...fields, part: vector.value.map(bare) };
  const [, counter, version, epoch, [lo, hi], nonce, known, receipt] = vector.value;
  return {
    ...fields,
    counter: bare(counter),
    version,
    epoch,
    lo,
    hi,
    nonce: bare(nonce),
    known: known.map(bare),
    receipt,
  };
}

function handshake(vector) {
  return {
    name: vector.name,
    prologue: vector.prologue,
    static: vector.responderStatic,
    initiator: vector.initiatorStatic ?? [],
    psk: vector.psk ?? [],
    ephemeral: vector.ephemerals,
    device: vector.device ?? [],
    random: vector.random ?? [],
    counter: vector.counter ?? [],
    hash: vector.hash,
    payload: vector.messages.map((message) => message.payload),
    message: vector.messages.map((message) => message.bytes),
    isPhone: vector.transport.map((message) => (message.from === 'initiator' ? 1 : 0)),
    plain: vector.transport.map((message) => message.plain),
    sealed: vector.transport.map((message) => message.bytes),
  };
}

/** Secrets and state are those the same lock shows in the handshake of `unlock`, which begins where these runs begin. */
function sessionRun({ id, steps }) {
  if (!SESSION_RUNS.includes(id)) return skip(WHOLE_LOCK);
  const { handshakes: shaken, setup } = JSON.parse(
    readFileSync(join(folder, 'sessions.json'), 'utf8'),
  );
  const unlock = shaken.find((each) => each.run === 'unlock');
  const { openings } = JSON.parse(readFileSync(join(folder, 'derived.json'), 'utf8'));
  const effect = (step, kind, name) =>
    step.effects.find((each) => each.kind === kind)?.[name] ?? null;
  return {
    lockId: setup[0].lockId,
    capabilities: setup[0].capabilities,
    advertKey: openings[0].advertKey,
    device: unlock.device,
    static: unlock.responderStatic,
    hello: unlock.messages[1].payload,
    event: steps.map((step) => step.event.kind),
    connection: steps.map((step) => step.event.connection ?? 0),
    frame: steps.map((step) => step.event.bytes ?? null),
    random: steps.map((step) => step.random),
    advert: steps.map((step) => effect(step, 'advertise', 'bytes')),
    send: steps.map((step) => effect(step, 'send', 'frame')),
    ends: steps.map((step) => Number(step.effects.some((each) => each.kind === 'disconnect'))),
  };
}

function policyState(state) {
  const marks = state.marks;
  return {
    lockId: state.lockId,
    version: state.policyVersion,
    floor: state.floor,
    tag: marks.map((mark) => mark[0]),
    iat: marks.map((mark) => mark[1]),
    markVersion: marks.map((mark) => mark[2]),
    until: marks.map((mark) => mark[3]),
    blocked: state.blocked,
    committedLo: state.committedLo,
  };
}

function uses(counters) {
  return {
    useId: counters.map((use) => use[0] ?? use.id),
    used: counters.map((use) => use[1] ?? use.used),
    useExp: counters.map((use) => use[2] ?? use.exp),
  };
}

function renamed(prefix, fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [prefix + name, value]));
}

function grantVerdict({ state, request, status, isProven, uses: after, id }) {
  if (id === 'es256') return skip(NO_P256);
  const fields = {
    ...policyState(state),
    ...uses(state.uses),
    ...renamed('after.', uses(after ?? [])),
  };
  return {
    ...fields,
    siteId: state.siteId,
    epoch: state.trustEpoch,
    certificate: state.certificates,
    interval: state.interval,
    hasTimeToken: Number(state.hasTimeToken),
    isNear: Number(state.isNear),
    grant: request.grant,
    operation: request.operation,
    asserted: request.asserted,
    proof: request.proof,
    hash: request.handshakeHash,
    counter: request.counter,
    number: request.request,
    status,
    isProven: Number(isProven),
  };
}

function updateVerdict({ state, payload, status, after }) {
  return {
    ...policyState(state),
    hi: state.hi,
    post: state.post,
    payload,
    status,
    ...renamed('after.', { ...policyState(after), post: after.post }),
  };
}

function clockSteps({ driftPpm, steps }) {
  return {
    drift: driftPpm,
    kind: steps.map((step) => step.kind),
    amount: steps.map((step) => step.amount),
    told: steps.map((step) => step.told),
    lo: steps.map((step) => step.interval[0]),
    hi: steps.map((step) => step.interval[1]),
  };
}
