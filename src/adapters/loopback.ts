/** Addresses that need no encryption, because they never leave the machine. */

/** Whether the host of a URL is this machine, by one of its three plain names. */
export function isLoopbackName(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** What proxies add: behind one, everybody seems to be on this machine. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'];

/** Whether a request says that a proxy passed it on. One that says nothing of itself is not known from the program before it. */
export function isPassedOn(header: (name: string) => string | undefined): boolean {
  return PROXY_HEADERS.some((name) => header(name) !== undefined);
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
