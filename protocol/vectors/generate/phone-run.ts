/** A whole visit: the phone of this library at the lock of this library, both with fixed random bytes. */
import type { LockEffect } from '../../lock/event.js';
import { bundleClaims } from '../../objects/bundle.js';
import type { CertificateRole } from '../../objects/certificate.js';
import { coseKey } from '../../objects/cose-key.js';
import type { PhoneEffect, PhoneEvent } from '../../phone/event.js';
import { stepPhone } from '../../phone/machine.js';
import { startPhone } from '../../phone/memory.js';
import type { PhoneSetup, PhoneState } from '../../phone/state.js';
import { encodeCbor } from '../../wire/cbor.js';
import { idOf, publicKey, sealed, signer } from './actors.js';
import { crypto, DAY, fixedBytes, LOCK_ID, NOW, SITE_ID } from './fixed.js';
import type { Writable } from './notation.js';
import { Run, SETUP } from './run.js';
import { policyObject, timeToken } from './run-objects.js';
import { mustHold, type Told } from './runs.js';
import { GRANT } from './runs-honest.js';
import { certificateOf, TRUST } from './samples.js';

const PHONE: PhoneSetup = {
  deviceKey: publicKey('device'),
  hardwareKey: false,
  trust: TRUST,
  siteId: SITE_ID,
};
const MTU = 185;

/** The visit as a run of the lock, and as what happens to the phone meanwhile. */
export function phoneVisit(provisioned: Run): { readonly told: Told; readonly phone: Writable } {
  const run = new Run('visit-of-a-phone', provisioned);
  const visit = new Visit(run);
  visit.tell({ kind: 'bundle', bytes: bundle(run) });
  visit.tell({ kind: 'open', wish: { lockId: LOCK_ID, operation: 'unlock', asserted: 3 } });
  mustHold(run, visit.results.join() === 'permitted', `the visit ended ${visit.results.join()}`);
  const verdict = 'permitted';
  return {
    told: { run, line: 'C', verdict, callers: [] },
    phone: {
      id: run.id,
      run: run.id,
      setup: {
        deviceKey: encodeCbor(coseKey.write(PHONE.deviceKey)),
        hardwareKey: PHONE.hardwareKey,
        root: encodeCbor(coseKey.write(TRUST.root)),
        trustEpoch: TRUST.trustEpoch,
        nextRootHash: TRUST.nextRootHash,
        siteId: SITE_ID,
      },
      verdict,
      steps: visit.steps,
    },
  };
}

/** Both machines and the air between them. */
class Visit {
  readonly steps: Writable[] = [];
  readonly results: string[] = [];
  private state: PhoneState;
  private readonly queue: PhoneEvent[] = [];
  private readonly run: Run;

  constructor(run: Run) {
    const started = startPhone(PHONE, new Map(), crypto);
    if (!started.ok) throw new Error(started.code);
    this.state = started.value;
    this.run = run;
  }

  /** Tells the phone one event and everything that follows from it. */
  tell(event: PhoneEvent): void {
    this.queue.push(event);
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      const moment = {
        elapsedMs: this.run.elapsedMs,
        now: NOW,
        random: fixedBytes(`phone of ${this.run.id} ${this.steps.length}`),
      };
      const { state, effects } = stepPhone(this.state, next, moment, crypto);
      this.state = state;
      this.steps.push({
        event: next as unknown as Writable,
        ...moment,
        effects: effects.flatMap(shown),
      });
      for (const effect of effects) this.follow(effect);
    }
  }

  private follow(effect: PhoneEffect): void {
    if (effect.kind === 'result') this.results.push(effect.result.code);
    if (effect.kind === 'listen' && effect.on) this.fromLock(this.run.tell({ kind: 'touched' }), 0);
    if (effect.kind === 'connect') {
      const { link } = effect;
      this.fromLock(this.run.tell({ kind: 'connected', connection: link, mtu: MTU }), link);
      const { capabilities } = SETUP;
      this.queue.push({ kind: 'connected', link, mtu: MTU, capabilities });
    }
    if (effect.kind === 'send') {
      const { link: connection, frame: bytes } = effect;
      this.fromLock(this.run.tell({ kind: 'frame', connection, bytes }), connection);
    }
    if (effect.kind === 'sign') {
      const signature = signer('device').sign(effect.message);
      this.queue.push({ kind: 'signed', order: effect.order, signature });
    }
    if (effect.kind === 'disconnect') {
      this.run.tell({ kind: 'disconnected', connection: effect.link });
      this.queue.push({ kind: 'disconnected', link: effect.link });
    }
  }

  private fromLock(effects: readonly LockEffect[], link: number): void {
    for (const effect of effects) {
      if (effect.kind === 'send') this.queue.push({ kind: 'frame', link, bytes: effect.frame });
      if (effect.kind === 'disconnect') this.queue.push({ kind: 'disconnected', link });
      if (effect.kind === 'advertise' && effect.bytes !== null) {
        this.queue.push({ kind: 'sighted', address: 'lock', advert: effect.bytes });
      }
      if (effect.kind === 'move-bolt') {
        const moved = this.run.tell({ kind: 'bolt', order: effect.order, moved: true });
        this.fromLock(moved, link);
      }
    }
  }
}

/** What a server would have sent: one door, a newer policy than the lock's, all certificates. */
function bundle(run: Run): Uint8Array {
  const secrets = run.state.self?.secrets.reveal();
  if (secrets === undefined) throw new Error('the lock has no self');
  const roles: readonly CertificateRole[] = ['grant', 'policy', 'time', 'bundle'];
  const claims = bundleClaims.encode({
    iat: NOW - 5,
    version: 1,
    sequence: 1,
    deviceKeyId: idOf('device'),
    refreshAfter: NOW + DAY,
    doors: [
      {
        lockId: LOCK_ID,
        staticKeys: [crypto.x25519Public(secrets.static)],
        identityKey: crypto.ed25519Public(secrets.identity).x,
        advertKey: fixedBytes('advert key'),
        label: 'Haustür',
        grants: [GRANT],
        snapshot: policyObject({ policyVersion: 5 }),
        delta: null,
        admin: [],
      },
    ],
    trust: [],
    chain: roles.map((role) => sealed('certificate', 'root', certificateOf(role))),
    time: timeToken(NOW + 10),
    logAcks: [],
  });
  return sealed('bundle', 'bundle', claims);
}

/** What a host of any make does; what it stores, and when it wakes, is its own matter. */
function shown(effect: PhoneEffect): Writable[] {
  if (effect.kind === 'wake') return [];
  if (effect.kind === 'store') return [{ kind: 'store', record: effect.record }];
  return [{ ...effect } as unknown as Writable];
}
