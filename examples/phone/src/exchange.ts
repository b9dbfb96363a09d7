/** What a phone and its desk exchange: what waits goes there, a new bundle comes back. */
import type { Desk } from './desk.js';
import type { KeyList } from './desk-answers.js';
import type { PhoneHost } from './host.js';
import type { PhoneMemory } from './memory.js';

/** Brings what waits; what the desk did not keep waits on. @returns the code of a failure, or null. */
export async function carry(host: PhoneHost, desk: Desk): Promise<string | null> {
  const { outbox } = host;
  for (let at = 0; at < outbox.length; at += CARRIED_AT_ONCE) {
    const answer = await desk.carry(outbox.slice(at, at + CARRIED_AT_ONCE));
    if (!answer.ok) return answer.code;
    host.uploaded(answer.value);
  }
  return null;
}

/**
 * Fetches a bundle and hands it to the machine. The list is kept only with the bundle that came with it.
 * @returns the new list, or the code of a failure: then everything is as before.
 */
export async function fetchBundle(
  host: PhoneHost,
  desk: Desk,
  memory: PhoneMemory,
): Promise<KeyList | string> {
  const answer = await desk.bundle();
  if (!answer.ok) return answer.code;
  const { bundle, keys } = answer.value;
  const refused = await host.takeBundle(bundle);
  if (refused !== null) return refused;
  const list = { rows: keys, updated: Date.now() };
  await memory.write('list', list);
  return list;
}

/** A receipt has some 300 bytes: far below what a desk takes in one call. */
const CARRIED_AT_ONCE = 64;
