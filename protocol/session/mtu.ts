/** The ATT MTU of a link: how many bytes one write or notification may have, with three of its own. */

/** The smallest ATT MTU (Bluetooth Core 5.4, Vol 3 Part F §3.2.8, and the default of LE). */
export const MTU_MIN = 23;

/** The largest ATT MTU that is of use: an attribute has at most 512 bytes. */
export const MTU_MAX = 517;

/** Whether a link can have this ATT MTU. */
export function isMtu(mtu: number): boolean {
  return Number.isInteger(mtu) && mtu >= MTU_MIN && mtu <= MTU_MAX;
}

/** @throws RangeError for an MTU that no link can have. */
export function requireMtu(mtu: number): void {
  if (isMtu(mtu)) return;
  throw new RangeError(`an ATT MTU is ${MTU_MIN} to ${MTU_MAX}, not \`${mtu}\``);
}
