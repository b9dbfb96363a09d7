/** Something that must not be printed: neither by `JSON.stringify` nor by a host that logs its state. */

/** Holds a value that only `reveal` gives out. */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself, for a computation; it must not be stored anywhere else. */
  reveal(): T {
    return this.#value;
  }

  /** What stands for it in JSON. */
  toJSON(): string {
    return 'secret';
  }
}
