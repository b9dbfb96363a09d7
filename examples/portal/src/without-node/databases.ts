/** The databases that a store in Node may lie in. A page has none: whoever asks for one here is told so. */

/** @throws TypeError always. */
export class PGlite {
  constructor() {
    throw new TypeError('this needs Node');
  }
}

/** @throws TypeError always. */
export class Pool {
  constructor() {
    throw new TypeError('this needs Node');
  }
}
