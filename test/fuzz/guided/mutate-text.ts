/** Texts changed at random: letter for letter, word for word of a dictionary, and as JSON, member for member. */
import type { Random } from '../../../bench/random.js';
import type { GuidedTarget } from './target.js';

/** Longest input that is made, in characters: an input of a megabyte says nothing that a short one does not. */
export const INPUT_CHARACTERS_MAX = 65_536;

/** A changed copy of `text`, with pieces of `other` where two are mixed. */
export function mutatedText(
  text: string,
  other: string,
  target: GuidedTarget,
  random: Random,
): string {
  let changed = text;
  // Mostly one step: of several, one is enough to be refused.
  for (let more = true; more; more = random.below(3) === 0) {
    const asJson = target.structure === 'json' && random.below(8) > 0;
    const next = asJson ? mutatedJson(changed, other, target, random) : undefined;
    changed = next ?? mutatedLetters(changed, other, target, random);
  }
  // Through UTF-8 and back, as a file would go: halves of surrogate pairs do not survive.
  return new TextDecoder().decode(new TextEncoder().encode(changed.slice(0, INPUT_CHARACTERS_MAX)));
}

/** Letters that mean something to some reader, and some that should not. */
const LETTERS = [...'0123456789+-.,:;=/TZW"\\{}[] \n\t\r', '\u0000', '\ufeff', 'é', '😀', '\u2028'];

function mutatedLetters(
  text: string,
  other: string,
  { structure, dictionary }: GuidedTarget,
  random: Random,
): string {
  const at = random.below(text.length + 1);
  const length = random.below(Math.min(24, text.length - at + 1));
  const [before, middle, after] = [
    text.slice(0, at),
    text.slice(at, at + length),
    text.slice(at + length),
  ];
  switch (random.below(structure === 'text' ? 21 : 7)) {
    case 0:
      return before + after;
    case 1:
      return before + middle + middle + after;
    case 2:
      return before + random.pick(LETTERS) + middle + after;
    case 3:
      return before + random.pick(LETTERS) + middle.slice(1) + after;
    case 4:
      return before + random.pick(dictionary) + after;
    case 5:
      return before + other.slice(random.below(other.length + 1));
    case 6:
      return before;
    default:
      return mutatedParts(text, other, dictionary, random);
  }
}

/** One part between separators replaced, left out, repeated or moved; mostly by one of its own kind. */
function mutatedParts(
  text: string,
  other: string,
  dictionary: readonly string[],
  random: Random,
): string {
  const separator = random.pick([';', ';', ',', '\n']);
  const parts = text.split(separator);
  const at = random.below(parts.length);
  if (parts.length > 1 && random.below(6) === 0) {
    parts.splice(at, 1);
    return parts.join(separator);
  }
  const words = [...other.split(separator), ...dictionary];
  const fitting = words.filter((word) => kindOf(word) === kindOf(parts[at] ?? ''));
  const fits = fitting.length > 0 && random.below(5) > 0;
  const part = random.pick(fits ? fitting : words);
  parts.splice(at, random.below(3) === 0 ? 0 : 1, part);
  return parts.join(separator);
}

/** What a part looks like: `NAME=value`, a whole rule, a duration, a time, a number or a word. */
function kindOf(part: string): string {
  if (/^[A-Z]+=[^;]*$/u.test(part)) return 'part';
  if (part.includes(';')) return 'rule';
  if (/^P[^=]*$/u.test(part)) return 'duration';
  if (/^\d{4}-/u.test(part)) return 'time';
  return /^[+-]?\d+$/u.test(part) ? 'number' : 'word';
}

type Tree = Record<string | number, unknown>;

/** JSON with one thing changed; undefined for text that is none. */
function mutatedJson(
  text: string,
  other: string,
  { dictionary, numbers = [] }: GuidedTarget,
  random: Random,
): string | undefined {
  const root = { value: valueOfText(text) };
  if (root.value === undefined) return undefined;
  const spots = spotsOf(root);
  const { holder, key } = random.pick(spots);
  const value = holder[key];
  const isList = Array.isArray(holder);
  switch (random.below(14)) {
    case 0:
      if (isList) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 1:
      if (isList) holder.splice(random.below(holder.length + 1), 0, structuredClone(value));
      else set(holder, random.pick(dictionary), structuredClone(value));
      break;
    case 2: {
      const theirs = valueOfText(other);
      if (theirs !== undefined) set(holder, key, pickFrom(theirs, random));
      break;
    }
    case 3:
      set(holder, key, structuredClone(pickFrom(root.value, random)));
      break;
    case 4:
      if (isList) random.shuffle(holder as unknown[]);
      else rename(holder, String(key), random.pick(dictionary));
      break;
    case 5:
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        set(value as Tree, random.pick(dictionary), oddValue(dictionary, random));
      } else set(holder, key, oddValue(dictionary, random));
      break;
    case 6:
      set(
        holder,
        key,
        typeof value === 'string' ? spoiled(value, random) : oddValue(dictionary, random),
      );
      break;
    case 7: {
      if (typeof value === 'number') set(holder, key, otherNumber(value, numbers, random));
      else {
        // A time for a time: most words are refused where another one stood.
        const kind = kindOf(typeof value === 'string' ? value : '');
        const fitting = dictionary.filter((word) => kindOf(word) === kind);
        set(holder, key, random.pick(fitting.length > 0 ? fitting : dictionary));
      }
      break;
    }
    case 8:
      set(holder, key, oddValue(dictionary, random));
      break;
    default: {
      // What stands under the same name elsewhere fits best.
      const theirs = random.below(2) === 0 ? valueOfText(other) : root.value;
      const same = spotsOf({ value: theirs }).filter((spot) => isAlike(spot, key, isList));
      if (same.length === 0) return undefined;
      const found = random.pick(same);
      set(holder, key, structuredClone(found.holder[found.key]));
    }
  }
  return root.value === undefined ? '' : JSON.stringify(root.value);
}

/** Whether two places may hold the same: under one name, or both in lists. */
function isAlike(spot: Spot, key: string | number, isList: boolean): boolean {
  return isList ? Array.isArray(spot.holder) : spot.key === key;
}

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  2,
  24,
  53,
  60,
  128,
  255,
  366,
  400,
  1440,
  10_000,
  65_536,
  2 ** 31,
  2 ** 53,
  1e21,
  1e-7,
  -1e308,
  0.1,
];

function oddValue(dictionary: readonly string[], random: Random): unknown {
  return random.pick<() => unknown>([
    () => random.pick(dictionary),
    () => random.pick(NUMBERS),
    () => random.pick([true, false, null, '', [], {}]),
    () => [random.pick(dictionary)],
    () => ({ [random.pick(dictionary)]: random.pick(dictionary) }),
    () => ({ id: random.pick(dictionary) }),
  ])();
}

function spoiled(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + random.pick(LETTERS) + text.slice(at + 1);
    case 2:
      return text.replace(/\d/u, (digit) => String((Number(digit) + 1 + random.below(9)) % 10));
    default:
      return text.slice(0, at) + random.pick(LETTERS) + text.slice(at);
  }
}

/** A number near this one, or one at which something begins or ends. */
function otherNumber(value: number, edges: readonly number[], random: Random): number {
  if (edges.length > 0 && random.below(2) === 0) return random.pick(edges);
  return random.pick([value + 1, value - 1, -value, value * 2, value / 2, value + 0.5]);
}

interface Spot {
  readonly holder: Tree;
  readonly key: string | number;
}

/** Every place in a value, its root included. */
function spotsOf(root: { value: unknown }): Spot[] {
  const spots: Spot[] = [{ holder: root as unknown as Tree, key: 'value' }];
  for (let at = 0; at < spots.length; at++) {
    const { holder, key } = spots[at]!;
    const value = holder[key];
    if (typeof value !== 'object' || value === null) continue;
    for (const inner of Object.keys(value)) spots.push({ holder: value as Tree, key: inner });
  }
  return spots;
}

function pickFrom(value: unknown, random: Random): unknown {
  const { holder, key } = random.pick(spotsOf({ value }));
  return holder[key];
}

/** Not by assignment: a member `__proto__` is to be a member. */
function set(holder: Tree, key: string | number, value: unknown): void {
  Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function rename(holder: Tree, from: string, to: string): void {
  const value = holder[from];
  delete holder[from];
  set(holder, to, value);
}

function valueOfText(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
