/** Addresses that need no encryption, because they never leave the machine. */

/** Whether the host of a URL is this machine, by one of its three plain names. */
export function isLoopbackName(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** Whether nobody on the way can read or change what an address gives: it is over https, or on this machine. */
export function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackName(hostname));
}

/** Whether only this machine can reach an address: `localhost`, `::1` without brackets, any of 127.0.0.0/8. */
export function isLoopbackAddress(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

/**
 * Whether a `Host` header calls this machine by one of its own names. A page of the web could otherwise have a name of its own
 * lead here, and ask or read through somebody's browser (DNS rebinding).
 */
export function isCalledHere(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d{1,5}$/u, '').toLowerCase();
  return isLoopbackAddress(name === '[::1]' ? '::1' : name);
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
  if (isPrivate(url)) return url;
  throw new TypeError(refusal);
}
