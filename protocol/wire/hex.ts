/** Hexadecimal text for bytes: the form of ids in code, tests and vectors. */

export { fromHex, toHex } from '../../src/values/hex.js';
