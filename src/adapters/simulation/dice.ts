/** Chance from a seed: the same seed gives the same building, the same people and the same weather. */
import { noblePrimitives } from '../../../protocol/crypto/noble.js';

/** A source of chance of its own, apart from all others of the same seed. */
export interface Dice {
  /** At least 0, below 1. */
  share(): number;
  /** A whole number, both ends inside. */
  between(least: number, most: number): number;
  /** True with this probability. */
  happens(probability: number): boolean;
  /** Seconds until the next of some independent events, of which a day has `perDay` on average. */
  waitSeconds(perDay: number): number;
  pick<T>(list: readonly T[]): T;
  /** 32 bytes. */
  bytes(): Uint8Array;
}

/** The dice called `name` of a simulation's seed. */
export function dice(seed: number, name: string): Dice {
  let drawn = 0;
  const bytes = (): Uint8Array => {
    drawn += 1;
    return noblePrimitives.sha256(new TextEncoder().encode(`${seed}/${name}/${drawn}`));
  };
  const share = (): number => {
    const view = new DataView(bytes().buffer);
    return (view.getUint32(0) * 2 ** 20 + (view.getUint32(4) >>> 12)) / 2 ** 52;
  };
  const between = (least: number, most: number): number =>
    least + Math.floor(share() * (most - least + 1));
  return {
    share,
    between,
    happens: (probability) => share() < probability,
    waitSeconds: (perDay) =>
      perDay > 0 ? (-Math.log(1 - share()) * 86_400) / perDay : Number.POSITIVE_INFINITY,
    pick: (list) => {
      const picked = list[between(0, list.length - 1)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    bytes,
  };
}
