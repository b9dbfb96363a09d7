/** `node:net` for a page. The addresses that webhooks may not go to are listed while a module loads; none is ever looked up here. */
export class BlockList {
  /** Nothing is kept. */
  addSubnet(): void {}

  /** @throws TypeError always: an address that was not looked at is not a good one. */
  check(): never {
    throw new TypeError('this needs Node');
  }
}

/** @throws TypeError always. */
export function isIP(): never {
  throw new TypeError('this needs Node');
}
