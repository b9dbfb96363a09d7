/** A simulated building before its first day: locks commissioned over the air, people with phones. */

import type { Crypto } from '../../../protocol/crypto/crypto.js';
import { memorySigner } from '../../../protocol/crypto/steps.js';
import { newIssuerDevice } from '../../../protocol/issuer/issuer-device.js';
import { newIssuerLock } from '../../../protocol/issuer/issuer-lock.js';
import { OPERATION_BITS } from '../../../protocol/objects/grant.js';
import {
  type CommissionedLock,
  type CommissioningOrder,
  type CommissioningStep,
  startCommissioning,
  stepCommissioning,
} from '../../../protocol/phone/commissioning.js';
import { encodeCapabilities } from '../../../protocol/session/advert.js';
import { labelPsk } from '../../../protocol/session/opening.js';
import type { Link } from '../../../protocol/session/transport.js';
import { toHex } from '../../../protocol/wire/hex.js';
import { type MemoryRadio, memoryRadio, type RadioFaults } from '../memory-transport.js';
import { type Agenda, agendaOf } from './agenda.js';
import { type Dice, dice } from './dice.js';
import { type LockOnRadio, lockOnRadio } from './lock-on-radio.js';
import { type PhoneOnRadio, phoneOnRadio } from './phone-on-radio.js';
import { Server } from './server.js';

/** What a building is like. */
export interface BuildingPlan {
  readonly seed: number;
  readonly locks: number;
  readonly people: number;
  /** Doors that each person may open; the first person, the caretaker, may open all. */
  readonly doorsEach: number;
  /** How long grants live, in seconds. */
  readonly grantLife: number;
  /** Chance that a phone at a door is online. */
  readonly online: number;
  readonly faults: RadioFaults;
}

/** A building that works. */
export interface Building {
  readonly agenda: Agenda;
  readonly server: Server;
  /** By name of the door. */
  readonly locks: ReadonlyMap<string, LockOnRadio>;
  /** By name of the person. */
  readonly phones: ReadonlyMap<string, PhoneOnRadio>;
  /** Unix seconds now. */
  now(): number;
}

/** 2026-11-23T06:00:00Z, a Monday: when every simulation begins. */
export const START_SECONDS = 1_795_413_600;

/** Who sees to the building; never loses the right to. */
export const CARETAKER = 'person-1';

/** Builds it. The same plan gives the same building. */
export function build(plan: BuildingPlan, crypto: Crypto): Building {
  const { seed, grantLife } = plan;
  // Locks are commissioned by an installer who tries until it works: the radio gets bad only then.
  const faults: { -readonly [K in keyof RadioFaults]: RadioFaults[K] } = {};
  const radio = memoryRadio(dice(seed, 'radio').between(0, 0xffff_ffff), faults);
  const agenda = agendaOf(radio);
  const now = (): number => START_SECONDS + Math.floor(agenda.nowMs / 1000);
  const policy = { grantLife, startSeconds: START_SECONDS };
  const server = new Server(policy, dice(seed, 'server'), crypto);
  const site: Site = { plan, radio, agenda, server, now, crypto };
  const locks = new Map<string, LockOnRadio>();
  for (let number = 1; number <= plan.locks; number++) {
    const door = `door-${number}`;
    locks.set(door, installLock(site, door));
  }
  const phones = new Map<string, PhoneOnRadio>();
  for (let number = 1; number <= plan.people; number++) {
    const person = `person-${number}`;
    phones.set(person, enroll(site, person, [...locks.keys()]));
  }
  Object.assign(faults, plan.faults);
  return { agenda, server, locks, phones, now };
}

interface Site {
  readonly plan: BuildingPlan;
  readonly radio: MemoryRadio;
  readonly agenda: Agenda;
  readonly server: Server;
  readonly now: () => number;
  readonly crypto: Crypto;
}

/** The drift every lock's datasheet promises, in parts per million. */
const DRIFT_PPM = 100;

function installLock(site: Site, door: string): LockOnRadio {
  const { plan, radio, agenda, server, crypto } = site;
  const random = dice(plan.seed, door);
  const lockId = random.bytes().slice(0, 8);
  const setupSecret = random.bytes();
  const setupPsk = labelPsk(crypto, lockId, random.bytes().slice(0, 16));
  const capabilities = encodeCapabilities({ version: 1, suites: 1, bits: 1 });
  const firmware = 'doorwright simulate';
  const setup = { lockId, setupSecret, setupPsk, firmware, driftPpm: DRIFT_PPM, capabilities };
  const realDrift = random.between(-DRIFT_PPM, DRIFT_PPM);
  const lock = lockOnRadio({ radio, agenda, dice: random }, setup, realDrift, crypto);
  const advertKey = random.bytes();
  const { trust, siteId, logs } = server;
  const readerId = new TextEncoder().encode(door);
  const time = site.now();
  const message = { trust, siteId, readerId, logKey: logs.publicKey, advertKey, time };
  const setupKey = crypto.x25519Public(setupSecret);
  const order: CommissioningOrder = { lockId, setupKey, setupPsk, message };
  lock.button();
  const { claims } = commission(site, order, random);
  const { staticKey, identityKey } = claims;
  const served = { door, staticKey, identityKey, advertKey };
  const row = newIssuerLock(lockId, trust.trustEpoch, crypto);
  server.addDoor(served, row, DRIFT_PPM, site.now());
  return lock;
}

/** Over the air, as an installer's phone does it. */
function commission(site: Site, order: CommissioningOrder, random: Dice): CommissionedLock {
  const { radio, agenda, crypto } = site;
  let step: CommissioningStep | undefined;
  let link: Link | undefined;
  const follow = (next: CommissioningStep): void => {
    step = next;
    if (next.kind === 'going') for (const frame of next.frames) link?.send(frame);
    else link?.disconnect();
  };
  link = radio.phone(185).connect(toHex(order.lockId), (event) => {
    if (event.kind === 'connected') {
      follow(startCommissioning(order, event, random.bytes(), crypto));
    } else if (event.kind === 'frame' && step?.kind === 'going') {
      follow(stepCommissioning(step.state, event.bytes, crypto));
    }
  });
  agenda.runUntil(agenda.nowMs + 2000);
  if (step?.kind !== 'done') throw new TypeError(`commissioning ended with ${step?.kind}`);
  return step.lock;
}

function enroll(site: Site, person: string, doors: readonly string[]): PhoneOnRadio {
  const { plan, radio, agenda, server, now, crypto } = site;
  const random = dice(plan.seed, person);
  const kind = random.happens(0.5) ? 'ed25519' : 'es256';
  const signer = memorySigner(crypto, kind, random.bytes());
  const isCaretaker = person === CARETAKER;
  const deviceId = `phone-of-${person}`;
  const hardwareKey = kind === 'es256';
  const enrolled = { deviceId, personId: person, key: signer.publicKey, hardwareKey };
  server.addPerson({
    person,
    doors: isCaretaker ? doors : some(doors, plan.doorsEach, random),
    scope: OPERATION_BITS.unlock | (isCaretaker ? OPERATION_BITS['read-log'] : 0),
    device: newIssuerDevice(enrolled),
  });
  const setup = {
    deviceKey: signer.publicKey,
    hardwareKey,
    trust: server.trust,
    siteId: server.siteId,
  };
  const net = {
    timeToken: (nonce: Uint8Array) =>
      random.happens(plan.online) ? server.timeToken(now(), nonce) : undefined,
  };
  const mtu = random.pick([23, 185, 247, 517]);
  const place = { radio, agenda, dice: random, net, startSeconds: START_SECONDS, mtu };
  return phoneOnRadio(place, setup, signer, crypto);
}

/** Some of them, each at most once, at least one. */
function some(doors: readonly string[], count: number, random: Dice): readonly string[] {
  const left = [...doors];
  const taken: string[] = [];
  while (taken.length < Math.max(1, count) && left.length > 0) {
    taken.push(...left.splice(random.between(0, left.length - 1), 1));
  }
  return taken.sort();
}
