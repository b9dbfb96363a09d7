/** E-mail addresses as far as provisioning looks at them: their shape, whose they are, and numbered ones. */
import { elementsOf } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import type { User } from '../../policy/document.js';

/**
 * An address as it is compared: without white space around it, in lower case. Undefined for what has not one
 * `@` with something on both sides, or is longer than the 254 characters that mail can carry.
 * @see RFC 5321 §4.5.3.1
 */
export function emailKey(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const trimmed = text.trim();
  if (trimmed.length > 254 || !/^[^\s@]{1,64}@[^\s@]{1,253}$/u.test(trimmed)) return undefined;
  return trimmed.toLowerCase();
}

/** The users with an address; more than one where a document was written by hand. */
export function usersOfEmail(engine: Engine, email: string): User[] {
  const key = emailKey(email);
  if (key === undefined) return [];
  const found: User[] = [];
  for (const user of elementsOf(engine, 'users')) {
    if (user.email !== undefined && emailKey(user.email) === key) found.push(user);
  }
  return found;
}

/**
 * The smallest number from 1 for which nobody has `local+number@domain`.
 * @param email - the address without a number, `visitors@example.com`. Undefined for what is no address, or has
 *   a `+` already.
 */
export function nextNumbered(
  engine: Engine,
  email: string,
): { readonly number: number; readonly email: string } | undefined {
  const key = emailKey(email);
  const [local = '', domain = ''] = (key ?? '').split('@');
  if (key === undefined || local.includes('+')) return undefined;
  const taken = new Set<number>();
  for (const user of elementsOf(engine, 'users')) {
    const number = user.email === undefined ? undefined : numberIn(user.email, local, domain);
    if (number !== undefined) taken.add(number);
  }
  let number = 1;
  while (taken.has(number)) number++;
  const numbered = `${local}+${number}@${domain}`;
  return emailKey(numbered) === undefined ? undefined : { number, email: numbered };
}

function numberIn(email: string, local: string, domain: string): number | undefined {
  const key = emailKey(email);
  if (!key?.startsWith(`${local}+`) || !key.endsWith(`@${domain}`)) return undefined;
  const digits = key.slice(local.length + 1, -domain.length - 1);
  return /^[1-9]\d{0,8}$/u.test(digits) ? Number(digits) : undefined;
}
