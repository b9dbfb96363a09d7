/** The forms values take on the wire, from which every payload is put together. */
import type { CborValue } from '../wire/cbor.js';
import type { Form } from './claims.js';

/** An unsigned integer in `[least, most]`. */
export function integer(least = 0, most = Number.MAX_SAFE_INTEGER): Form<number> {
  return {
    read: (value) =>
      typeof value === 'number' && value >= least && value <= most ? value : undefined,
    write: (value) => value,
  };
}

/** Exactly `size` bytes. */
export function bytes(size: number): Form<Uint8Array> {
  return sizedBytes(size, size);
}

/** Between `least` and `most` bytes. */
export function sizedBytes(least: number, most: number): Form<Uint8Array> {
  return {
    read: (value) =>
      value instanceof Uint8Array && value.length >= least && value.length <= most
        ? value
        : undefined,
    write: (value) => value,
  };
}

/** A text of at most `most` UTF-16 units. */
export function text(most: number): Form<string> {
  return {
    read: (value) => (typeof value === 'string' && value.length <= most ? value : undefined),
    write: (value) => value,
  };
}

/** The number `only` and nothing else. */
export function constant(only: number): Form<number> {
  return integer(only, only);
}

/** A value of `form`, or null. Absent and null are different things: null is said. */
export function orNull<T>(form: Form<T>): Form<T | null> {
  return {
    read: (value) => (value === null ? null : form.read(value)),
    write: (value) => (value === null ? null : form.write(value)),
  };
}

/** An array of `least` to `most` values of one form. */
export function listOf<T>(form: Form<T>, most: number, least = 0): Form<readonly T[]> {
  return {
    read: (value) => {
      if (!Array.isArray(value) || value.length < least || value.length > most) return undefined;
      const list: T[] = [];
      for (const member of value as readonly CborValue[]) {
        const read = form.read(member);
        if (read === undefined) return undefined;
        list.push(read);
      }
      return list;
    },
    write: (value) => value.map((member) => form.write(member)),
  };
}

/** A form whose values must also hold `rule`. */
export function where<T>(form: Form<T>, rule: (value: T) => boolean): Form<T> {
  return {
    read: (value) => {
      const read = form.read(value);
      return read !== undefined && rule(read) ? read : undefined;
    },
    write: (value) => form.write(value),
  };
}
