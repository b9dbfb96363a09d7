/** What Chromium is asked: the signatures of a vector file by its own WebCrypto, and keys of its own. */
import type { PublicKey } from '../../protocol/crypto/crypto.js';
import { nobleCrypto } from '../../protocol/crypto/noble.js';
import {
  makeWebCryptoKeys,
  webCryptoSigner,
  webCryptoVerify,
} from '../../src/adapters/web-crypto.js';

/** One signature; bytes travel as arrays. */
export interface BrowserCase {
  readonly kind: PublicKey['kind'];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly message: readonly number[];
  readonly signature: readonly number[];
}

/** What a browser sends back. */
export interface BrowserReport extends BrowserAnswers {
  readonly keys: Readonly<Record<PublicKey['kind'], OwnKeys>>;
}

/** Whether noble takes a signature with the browser's keys, and whether the private key can be read. */
interface OwnKeys {
  readonly holds: boolean;
  readonly readable: boolean;
}

/** How the browser's own WebCrypto, without any of our checks, and how ours answers each case. */
interface BrowserAnswers {
  readonly own: readonly (boolean | string)[];
  readonly ours: readonly boolean[];
}

async function answersOf(cases: readonly BrowserCase[]): Promise<BrowserAnswers> {
  const verify = webCryptoVerify();
  const own: (boolean | string)[] = [];
  const ours: boolean[] = [];
  for (const { kind, x, y, message, signature } of cases) {
    const [text, signed] = [Uint8Array.from(message), Uint8Array.from(signature)];
    const key: PublicKey =
      kind === 'ed25519'
        ? { kind, x: Uint8Array.from(x) }
        : { kind, x: Uint8Array.from(x), y: Uint8Array.from(y) };
    ours.push(await verify({ key, message: text, signature: signed }));
    own.push(await ownAnswer(key, text, signed));
  }
  return { own, ours };
}

async function ownAnswer(
  key: PublicKey,
  message: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean | string> {
  const { subtle } = globalThis.crypto;
  try {
    if (key.kind === 'es256') {
      const raw = Uint8Array.of(4, ...key.x, ...key.y);
      const curve = { name: 'ECDSA', namedCurve: 'P-256' };
      const imported = await subtle.importKey('raw', raw, curve, false, ['verify']);
      return await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, signature, message);
    }
    const raw = Uint8Array.from(key.x);
    const imported = await subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
    return await subtle.verify({ name: 'Ed25519' }, imported, signature, message);
  } catch (error) {
    return String(error);
  }
}

async function ownKeys(kind: PublicKey['kind']): Promise<OwnKeys> {
  const keys = await makeWebCryptoKeys(kind);
  const signer = await webCryptoSigner(keys);
  const message = Uint8Array.of(1, 2, 3);
  const signature = await signer.sign(message);
  const readable = await globalThis.crypto.subtle.exportKey('pkcs8', keys.privateKey as never).then(
    () => true,
    () => false,
  );
  return { holds: nobleCrypto().verify(signer.publicKey, message, signature), readable };
}

/** Fetches the cases, answers them and sends the answers back. */
async function work(): Promise<void> {
  const cases = (await (await fetch('/cases')).json()) as readonly BrowserCase[];
  const report: BrowserReport = {
    ...(await answersOf(cases)),
    keys: { ed25519: await ownKeys('ed25519'), es256: await ownKeys('es256') },
  };
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
}

work().catch((error: unknown) => fetch('/report', { method: 'POST', body: `"${error}"` }));
