/**
 * What a browser brings to the offline protocol (`doorwright/web`): WebCrypto for checking signatures
 * and for device keys that no script can read, and drivers for work that waits for them.
 */
export type { PublicKey } from '../../protocol/crypto/crypto.js';
export type {
  Checking,
  SignatureCheck,
  SignatureWish,
  Signer,
  Signing,
} from '../../protocol/crypto/steps.js';
export { checkLater, type LaterVerify, signLater } from './later.js';
export {
  makeWebCryptoKeys,
  type WebCryptoKey,
  type WebCryptoKeys,
  type WebCryptoSubtle,
  webCryptoSigner,
  webCryptoVerify,
} from './web-crypto.js';
