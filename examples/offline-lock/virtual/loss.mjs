// What gets lost in the air, by a number: the same number always loses the same.

/**
 * An `Air`'s `carries` that loses some adverts and some data.
 * @param {number} seed - a whole number.
 * @param {{ adverts: number, data: number }} shares - of each, how many of 1000 are lost.
 * @returns {(flight: import('./air.mjs').Flight) => boolean}
 */
export function lossy(seed, { adverts, data }) {
  let state = seed >>> 0;
  return ({ kind }) => {
    // A linear congruential generator modulo 2 ** 32 (Numerical Recipes §7.1); its high bits are the good ones.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const drawn = Math.floor((state / 2 ** 32) * 1000);
    return drawn >= (kind === 'advert' ? adverts : data);
  };
}
