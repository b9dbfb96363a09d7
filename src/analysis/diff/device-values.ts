/** The devices that two policies tell apart in one person's hand. */
import type { Comparison, Pair } from './comparison.js';
import { devicesOf, SIDES } from './comparison.js';
import type { Asked } from './fact-tests.js';
import { type Candidate, type FactValue, grouped } from './fact-value.js';

/** Of a line that any device will do for, and none as well, but for one that is refused wherever it is named. */
export const USUAL_DEVICE = 'no device that is refused';

/** What is no device at all, and refused by every policy (R7). */
const NO_DEVICE = 0;

/** Every device by what it comes to; none is the first. */
export function deviceValues(
  c: Comparison,
  pair: Pair,
  tests: readonly string[],
  passes: (test: string, asked: Asked) => boolean,
): FactValue[] {
  const { entity } = pair.subject;
  const passesWith = (test: string, facts: Asked['facts']) =>
    passes(test, { subject: entity, facts, time: 0 });
  return grouped(candidatesOf(c, pair), tests, passesWith, (_, passed) => labelOf(tests, passed));
}

function* candidatesOf(c: Comparison, { subject }: Pair): Generator<Candidate> {
  const ids = new Set<string>();
  for (const side of SIDES) {
    const holder = subject.holders[side];
    if (subject.entity.type !== 'credential')
      for (const { id } of devicesOf(c.snapshots[side], holder)) ids.add(id);
    if (holder?.primaryDevice !== undefined) ids.add(holder.primaryDevice);
  }
  for (const id of straysFor(
    c,
    subject.holders.map((holder) => (holder?.kind === 'user' ? holder.id : undefined)),
  ))
    ids.add(id);
  for (const card of [false, true]) {
    const method = card ? { method: 'card' } : {};
    yield { facts: { ...method }, label: '', card };
    for (const id of [...ids].sort()) yield { facts: { ...method, device: id }, label: '', card };
    yield { facts: { ...method, device: NO_DEVICE }, label: '', card };
  }
}

/** Of the credentials that only one policy holds, one of each that is somebody else's. */
function straysFor(c: Comparison, own: readonly (string | undefined)[]): string[] {
  const found: (string | undefined)[] = [undefined, undefined];
  for (const { side, credential } of c.strays.values()) {
    if (!own.includes(credential.user)) found[side] ??= credential.id;
    if (found.every((id) => id !== undefined)) break;
  }
  return found.filter((id) => id !== undefined);
}

function labelOf(tests: readonly string[], passed: ReadonlySet<string>): string {
  const named = (name: string) => {
    const asked = tests.filter((test) => test.split('@')[0] === name);
    const held = asked.filter((test) => passed.has(test));
    if (held.length === asked.length) return '';
    if (held.length === 0) return 'never';
    return held[0]?.endsWith('@0') ? 'before only' : 'afterwards only';
  };
  const accepted = named('accepted');
  const [strange] = tests.filter((test) => test.startsWith('strange') && passed.has(test));
  if (strange !== undefined) {
    return `somebody else's credential, known ${strange.endsWith('@0') ? 'before' : 'afterwards'} only`;
  }
  if (accepted === 'never') return 'a device that is refused';
  const primary = tests.some((test) => test.startsWith('primary')) ? named('primary') : undefined;
  const device = accepted === '' ? USUAL_DEVICE : `a device that is accepted ${accepted}`;
  if (primary === undefined) return device;
  if (primary === 'never') return `${device}, and not the primary one`;
  return primary === '' ? 'the primary device' : `a device that is the primary one ${primary}`;
}
