/** The phone's own key: born here, and never readable by any script, this one included. */
import {
  makeWebCryptoKeys,
  type Signer,
  type WebCryptoKeys,
  webCryptoSigner,
} from 'doorwright/web';

/** The pair as WebCrypto keeps it; IndexedDB takes it as it is. */
export interface DeviceKeys extends WebCryptoKeys {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** A new pair: Ed25519, or P-256 in a browser that has no Ed25519. */
export async function newDeviceKeys(): Promise<DeviceKeys> {
  try {
    return (await makeWebCryptoKeys('ed25519')) as DeviceKeys;
  } catch (error) {
    if ((error as { name?: unknown }).name !== 'NotSupportedError') throw error;
    return (await makeWebCryptoKeys('es256')) as DeviceKeys;
  }
}

/** Signs for the locks with it. @throws TypeError for a pair that could be read. */
export function signerOf(keys: DeviceKeys): Promise<Signer> {
  return webCryptoSigner(keys);
}
