/** The state of examples/housing/sync.json, made from events: a week of the cooperative's offline locks. */
import { applyEvent, nextPolicyVersion } from '../../src/sync/apply-event.js';
import { nextBundleSequence } from '../../src/sync/bundles.js';
import type { SyncEvent, UnsafeChange } from '../../src/sync/event.js';
import { emptyState, type SyncState } from '../../src/sync/state.js';
import { hex, sha256 } from './lock-model.js';

const DAY = 86_400;
/** Monday, 16 November 2026, eight in the morning in Leipzig. */
const MONDAY = Date.UTC(2026, 10, 16, 7) / 1000;

/** A server that signs, hears and writes events down; refusals are faults of this script. */
class Cooperative {
  state: SyncState = emptyState(5);
  private serial = 0;
  private readonly receipts: Record<string, number> = {};

  apply(event: SyncEvent): void {
    const after = applyEvent(this.state, event);
    if (!after.ok) throw new Error(`${event.kind}: ${after.code} ${after.detail}`);
    this.state = after.value;
  }

  install(door: string, options: { tpol1?: boolean; commissioned?: boolean } = {}): void {
    const lock = lockAt(door);
    const lowerBoundGrants = options.tpol1 === true;
    this.apply({ kind: 'lock_installed', door, lock, driftPpm: 100, lowerBoundGrants });
    if (options.commissioned === false) return;
    this.apply({ kind: 'commissioned', lock });
    this.issue(door, []);
  }

  issue(door: string, changes: readonly UnsafeChange[]): void {
    const lock = lockAt(door);
    const { pv, snapshot } = nextPolicyVersion(this.state, lock);
    const post = sha256(`${door} ${pv}`).slice(0, 32);
    const version = { trustEpoch: 1, pv, post };
    this.apply({ kind: 'issued', lock, version, snapshot, changes });
  }

  /** A bundle for a phone, and its signature under it unless it has not fetched it. */
  bundle(
    device: string,
    at: number,
    days: number,
    doors: Readonly<Record<string, readonly string[]>>,
    how: { tpol?: number; fetched?: boolean } = {},
  ): string[] {
    const seq = nextBundleSequence(this.state, device);
    const hashes: string[] = [];
    const locks = Object.entries(doors).map(([door, permissions]) => {
      const issued = this.state.locks[lockAt(door)]?.issued ?? [];
      this.serial += 1;
      const hash = hex(this.serial, 16);
      hashes.push(hash);
      const exp = at + days * DAY;
      const grant = { hash, permissions, from: at, exp, tpol: how.tpol ?? 0 };
      return { lock: lockAt(door), pv: issued[issued.length - 1]?.pv ?? 0, grants: [grant] };
    });
    this.apply({ kind: 'bundle_issued', device, seq, at, locks });
    if (how.fetched === false) return hashes;
    this.apply({ kind: 'device_acknowledged', device, seq, at: at + 60 });
    return hashes;
  }

  /** An opening with that grant, while the lock holds version `pv`. */
  open(door: string, grantHash: string, pv: number, at: number): void {
    const lockId = lockAt(door);
    const seq = (this.receipts[door] ?? 0) + 1;
    this.receipts[door] = seq;
    const post = this.state.locks[lockId]?.issued.find((version) => version.pv === pv)?.post ?? '';
    const receipt = {
      lockId,
      seq,
      trustEpoch: 1,
      pv,
      post,
      committedLo: at - 8,
      hi: at + 12,
      ctr: hex(1, 8) + hex(seq, 8),
      status: 'permitted',
      grantHash,
      sha256: sha256(`${door} ${seq}`),
    };
    this.apply({ kind: 'receipt', receipt, at });
  }
}

/** The lock id of a door of the example. */
function lockAt(door: string): string {
  return sha256(door).slice(0, 16);
}

/** Runs the week. */
export function housingState(): SyncState {
  const server = new Cooperative();
  for (const door of ['l4-house', 'l6-house']) server.apply({ kind: 'door_online', door });
  server.install('l4-f07');
  server.install('l4-f08', { tpol1: true });
  server.install('l4-laundry');
  server.install('u11-heating');
  server.install('u11-f02', { commissioned: false });
  const give = (permission: string, holder: string, doors: readonly string[]): void =>
    server.apply({ kind: 'permission_given', permission, holder, doors });
  give('johanna-flat', 'johanna', ['l4-f07']);
  give('lukas-host', 'lukas', ['l4-f07']);
  give('finn-guest', 'finn', ['l4-f07']);
  give('samuel-flat', 'samuel', ['l4-f08']);
  give('mira-host', 'mira', ['l4-f08']);
  give('johanna-house', 'johanna', ['l4-house', 'l4-laundry']);
  give('samuel-house', 'samuel', ['l4-house', 'l4-laundry']);
  give('agnieszka-u11', 'agnieszka', ['u11-heating', 'u11-f02']);
  give('kolb-technical', 'kolb', ['u11-heating']);
  give('varga-technical', 'varga', ['u11-heating']);

  // Monday: everybody has a bundle, and the locks prove their first version as they are opened.
  const johanna = { 'l4-f07': ['johanna-flat'], 'l4-laundry': ['johanna-house'] };
  const [johannaFlat = '', johannaLaundry = ''] = server.bundle(
    'johanna-phone',
    MONDAY,
    14,
    johanna,
  );
  const samuel = { 'l4-f08': ['samuel-flat'] };
  const [samuelFlat = ''] = server.bundle('samuel-phone', MONDAY, 14, samuel);
  server.bundle('mira-phone', MONDAY, 7, { 'l4-f08': ['mira-host'] }, { tpol: 1 });
  server.bundle('lukas-phone', MONDAY, 14, { 'l4-f07': ['lukas-host'] });
  const finn = { 'l4-f07': ['finn-guest'] };
  server.bundle('finn-phone', MONDAY, 10, finn);
  const technical = { 'u11-heating': ['agnieszka-u11'] };
  const [heating = ''] = server.bundle('agnieszka-phone', MONDAY, 14, technical);
  server.bundle('varga-phone', MONDAY, 10, { 'u11-heating': ['varga-technical'] });
  server.open('l4-laundry', johannaLaundry, 1, MONDAY + 4 * 3600);
  server.open('u11-heating', heating, 1, MONDAY + 5 * 3600);
  server.open('l4-f08', samuelFlat, 1, MONDAY + 10 * 3600);
  for (let day = 0; day < 7; day++) {
    server.open('l4-f07', johannaFlat, 1, MONDAY + day * DAY + 11 * 3600);
  }

  // Monday a week later, in the evening: Finn's key is withdrawn, and Johanna's phone has heard of it.
  const evening = MONDAY + 7 * DAY + 10 * 3600;
  server.issue('l4-f07', [{ kind: 'revoke', permission: 'finn-guest' }]);
  server.bundle('johanna-phone', evening, 14, johanna);
  // Mira moved out; her grant opens on the lower bound of the clock alone. Samuel's phone has not heard of it.
  server.issue('l4-f08', [{ kind: 'revoke', permission: 'mira-host' }]);
  server.bundle('samuel-phone', evening, 14, samuel, { fetched: false });
  // The heating firm changes: nobody who goes there has the news yet.
  server.issue('u11-heating', [{ kind: 'revoke', permission: 'varga-technical' }]);
  server.apply({
    kind: 'widened',
    door: 'u11-heating',
    permission: 'kolb-technical',
    devices: ['kolb-phone'],
  });
  // Samuel may use the laundry now; his phone has not fetched that either.
  server.apply({
    kind: 'widened',
    door: 'l4-laundry',
    permission: 'samuel-house',
    devices: ['samuel-phone'],
  });
  return server.state;
}
