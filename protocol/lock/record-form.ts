/** The shapes of stored records: arrays of fixed length, refused unless every member is as it was written. */
import { CBOR_DEPTH_MAX, CBOR_ITEMS_MAX } from '../limits.js';
import type { Form } from '../objects/claims.js';
import { decodeCbor, encodeCbor } from '../wire/cbor.js';
import type { CborCaps } from '../wire/cbor-read.js';

/** How one record becomes bytes, and what its bytes say; undefined for bytes it never wrote. */
export interface RecordForm<T> {
  readonly name: string;
  encode(value: T): Uint8Array;
  decode(stored: Uint8Array): T | undefined;
}

/** Largest record: 112 marks at their longest. */
const RECORD_CAPS: CborCaps = { bytes: 8192, depth: CBOR_DEPTH_MAX, items: CBOR_ITEMS_MAX };

/** A record of one CBOR value. */
export function recordOf<T>(name: string, form: Form<T>): RecordForm<T> {
  return {
    name,
    encode: (value) => encodeCbor(form.write(value)),
    decode: (stored) => {
      const decoded = decodeCbor(stored, RECORD_CAPS);
      return decoded.ok ? form.read(decoded.value) : undefined;
    },
  };
}

/** An array with one member for each form. */
export function tuple<T extends readonly unknown[]>(
  ...forms: { readonly [K in keyof T]: Form<T[K]> }
): Form<Readonly<T>> {
  const list = forms as readonly Form<unknown>[];
  return {
    read: (value) => {
      if (!Array.isArray(value) || value.length !== list.length) return undefined;
      const parts = list.map((form, index) => form.read(value[index]));
      return parts.includes(undefined) ? undefined : (parts as unknown as Readonly<T>);
    },
    write: (value) => list.map((form, index) => form.write(value[index])),
  };
}

/** A form whose value has another shape in memory. */
export function mapped<A, B>(
  form: Form<A>,
  into: (value: A) => B | undefined,
  back: (value: B) => A,
): Form<B> {
  return {
    read: (value) => {
      const read = form.read(value);
      return read === undefined ? undefined : into(read);
    },
    write: (value) => form.write(back(value)),
  };
}
