/**
 * Where webhooks may go. A URL is written by an administrator, but the server sends it from inside its own network:
 * without this check it would knock at whatever stands there (server-side request forgery).
 */
import { BlockList, isIP } from 'node:net';
import type { Outcome } from '../../values/outcome.js';

/** What a host allows beside public addresses over https. */
export interface AddressRules {
  /** Addresses of this machine, and http to them: for development. Default false. */
  readonly allowLoopback?: boolean;
  /** Addresses of private networks, over https. Default false. */
  readonly allowPrivate?: boolean;
}

/** Longest URL of a webhook: what browsers and proxies take. */
const URL_MAX = 2048;

/** IPv4 that is not global (IANA special-purpose registry, RFC 6890), apart from loopback and private networks. */
const NEVER_4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const PRIVATE_4: readonly (readonly [string, number])[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
];
/** Within 2000::/3, the only global unicast: tunnels to any IPv4, documentation, benchmarks, protocols. */
const NEVER_6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const never4 = listOf(NEVER_4, 'ipv4');
const private4 = listOf(PRIVATE_4, 'ipv4');
const loopback4 = listOf([['127.0.0.0', 8]], 'ipv4');
const never6 = listOf(NEVER_6, 'ipv6');
const global6 = listOf([['2000::', 3]], 'ipv6');
const private6 = listOf([['fc00::', 7]], 'ipv6');

/** Whether a delivery may be sent to an IP address. */
export function isAllowedAddress(address: string, rules: AddressRules = {}): boolean {
  const { allowLoopback = false, allowPrivate = false } = rules;
  switch (isIP(address)) {
    case 4:
      if (loopback4.check(address)) return allowLoopback;
      if (private4.check(address)) return allowPrivate;
      return !never4.check(address);
    case 6: {
      if (address.includes('%')) return false;
      if (new URL(`http://[${address}]`).hostname === '[::1]') return allowLoopback;
      if (private6.check(address, 'ipv6')) return allowPrivate;
      // What is not global unicast is mapped, link-local, multicast or nothing at all.
      return global6.check(address, 'ipv6') && !never6.check(address, 'ipv6');
    }
    default:
      return false;
  }
}

/**
 * Reads the URL of a webhook: https, without user or fragment; http to this machine where that is allowed. A name
 * is looked up when something is sent, and its addresses are checked then.
 * @returns code `url`.
 */
export function parseWebhookUrl(text: string, rules: AddressRules = {}): Outcome<URL, 'url'> {
  if (text.length > URL_MAX || !URL.canParse(text)) return refused('no URL, or too long');
  const url = new URL(text);
  const { protocol, hostname } = url;
  if (url.username !== '' || url.password !== '') return refused('a user in a URL is no secret');
  if (url.hash !== '') return refused('a fragment is never sent');
  const address = hostAddress(url);
  if (protocol !== 'https:') {
    const isHere = hostname === 'localhost' || (address !== undefined && isLoopback(address));
    if (protocol !== 'http:' || !isHere || rules.allowLoopback !== true)
      return refused('webhooks go by https');
  }
  if (hostname === 'localhost' && rules.allowLoopback !== true) return refused('this machine');
  if (address !== undefined && !isAllowedAddress(address, rules))
    return refused('an address that webhooks may not go to');
  return { ok: true, value: url };
}

/** The IP address that a URL names, if it names one. */
export function hostAddress({ hostname }: URL): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
}

function isLoopback(address: string): boolean {
  return isAllowedAddress(address, { allowLoopback: true }) && !isAllowedAddress(address);
}

function listOf(
  ranges: readonly (readonly [string, number])[],
  family: 'ipv4' | 'ipv6',
): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of ranges) list.addSubnet(net, prefix, family);
  return list;
}

function refused(detail: string): Outcome<never, 'url'> {
  return { ok: false, code: 'url', detail };
}
