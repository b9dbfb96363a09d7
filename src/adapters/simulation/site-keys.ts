/** The keys of a simulated site, and their certificates, which are renewed long before they end. */
import type { Crypto } from '../../../protocol/crypto/crypto.js';
import { type InstantSigner, memorySigner, signNow } from '../../../protocol/crypto/steps.js';
import { certify, type SiteSigners } from '../../../protocol/issuer/certificates.js';
import { firstTrust } from '../../../protocol/issuer/rotation.js';
import type { CertificateRole } from '../../../protocol/objects/certificate.js';
import type { Trust } from '../../../protocol/objects/trust-update.js';
import type { Dice } from './dice.js';

/** Certificates live thirty days and are made anew every ten. */
const LIFE = 30 * 86_400;
const RENEWAL = 10 * 86_400;

const ROLES: readonly CertificateRole[] = ['grant', 'policy', 'time', 'bundle', 'admin'];

/** A root, five keys and what the root said of them. */
export class SiteKeys {
  readonly trust: Trust;
  readonly siteId: Uint8Array;
  readonly #root: InstantSigner;
  readonly #signers: ReadonlyMap<CertificateRole, InstantSigner>;
  readonly #crypto: Crypto;
  readonly #startSeconds: number;
  readonly #periods = new Map<number, SiteSigners<InstantSigner>>();

  constructor(random: Dice, startSeconds: number, crypto: Crypto) {
    this.#crypto = crypto;
    this.#startSeconds = startSeconds;
    this.#root = memorySigner(crypto, 'ed25519', random.bytes());
    const next = memorySigner(crypto, 'ed25519', random.bytes());
    this.trust = firstTrust(this.#root.publicKey, next.publicKey, crypto);
    this.siteId = random.bytes().slice(0, 8);
    this.#signers = new Map(
      ROLES.map((role) => [role, memorySigner(crypto, 'ed25519', random.bytes())]),
    );
  }

  /** The keys with the newest certificates at `now`, Unix seconds. */
  signersAt(now: number): SiteSigners<InstantSigner> {
    const period = Math.floor((now - this.#startSeconds) / RENEWAL);
    const known = this.#periods.get(period);
    if (known !== undefined) return known;
    const from = this.#startSeconds + period * RENEWAL - 3600;
    const certified = Object.fromEntries(
      ROLES.map((role) => [role, this.#certified(role, from)]),
    ) as unknown as SiteSigners<InstantSigner>;
    this.#periods.set(period, certified);
    return certified;
  }

  #certified(role: CertificateRole, from: number) {
    const signer = this.#signers.get(role) as InstantSigner;
    const { trustEpoch } = this.trust;
    const order = { roles: [role], from, until: from + LIFE, lifeMax: LIFE, trustEpoch };
    const { siteId } = this;
    return signNow(certify(this.#root, signer, { ...order, siteId }, this.#crypto));
  }
}
