/** Addresses that need no encryption, because they never leave the machine. */

/** Whether the host of a URL is this machine, by one of its three plain names. */
export function isLoopbackName(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/**
 * An address as the base of others: over https, or on this machine.
 * @param refusal - what is said of any other.
 * @throws TypeError for what is no URL, or would show what is sent to the network.
 */
export function httpsBase(baseUrl: string, refusal: string): URL {
  const url = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  const isHere = url.protocol === 'http:' && isLoopbackName(url.hostname);
  if (url.protocol === 'https:' || isHere) return url;
  throw new TypeError(refusal);
}
