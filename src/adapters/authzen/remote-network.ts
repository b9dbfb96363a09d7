/** Whom an address stands for, as far as wrong guesses are counted. */

/** Longest address that is remembered: IPv6 with a scope is shorter, what a proxy passes on may be anything. */
const ADDRESS_LENGTH_MAX = 64;
/** Groups of an IPv6 address in all, and of its network. */
const GROUPS = 8;
const NETWORK_GROUPS = 4;

/**
 * The network of an IPv6 address: its first 64 bits, of which every host has all the rest to itself and could guess under a
 * new address each time. Any other text stands for itself: IPv4, also as written within IPv6, and what is no address.
 * @see RFC 4291 §2.5.1 and §2.2; RFC 7934
 */
export function remoteNetwork(address: string): string {
  const host = withoutPort(address.slice(0, ADDRESS_LENGTH_MAX));
  const groups = host.includes(':') ? groupsOf(host) : undefined;
  if (groups === undefined || holdsIpv4(groups)) return host;
  const network = groups.slice(0, NETWORK_GROUPS).map((each) => each.toString(16));
  return `${network.join(':')}::/64`;
}

/** Some proxies pass on the port too, which is another one each time. */
function withoutPort(address: string): string {
  const [, bracketed, dotted] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/u.exec(address) ?? [];
  return bracketed ?? dotted ?? address;
}

/**
 * Whether an IPv4 address may be what tells hosts apart: behind zeros, where this machine's own address is as well, or behind
 * the prefix of translators, which bring everybody. @see RFC 4291 §2.5.5; RFC 6052 §2.1
 */
function holdsIpv4([first, second, ...others]: readonly number[]): boolean {
  const isTranslated = first === 0x64 && second === 0xff9b;
  const isZero = first === 0 && second === 0;
  return (
    (isTranslated || isZero) && others.slice(0, NETWORK_GROUPS - 2).every((each) => each === 0)
  );
}

/** All groups of an IPv6 address, without its scope; undefined for what is none. */
function groupsOf(address: string): readonly number[] | undefined {
  const [named = ''] = address.split('%', 1);
  const bare = named.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/u, asGroups);
  const [head = '', tail, ...more] = bare.split('::');
  if (more.length > 0) return undefined;
  const [before, behind] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const written = [...(before ?? []), ...(behind ?? [])];
  if (!written.every((each) => /^[0-9a-f]{1,4}$/iu.test(each))) return undefined;
  const left = GROUPS - written.length;
  if (tail === undefined ? left !== 0 : left < 1) return undefined;
  const zeros = Array.from({ length: left }, () => '0');
  return [...(before ?? []), ...zeros, ...(behind ?? [])].map((each) => Number.parseInt(each, 16));
}

/** The last 32 bits of an address as groups, where they are written with dots; as they are where that is no IPv4 address. */
function asGroups(dotted: string): string {
  const bytes = dotted.split('.').map(Number);
  if (bytes.some((byte) => byte > 255)) return dotted;
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
