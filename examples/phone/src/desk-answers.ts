/** What the desk answers, read as outside data: every member is looked at before anything of it is used. */
import { base64url } from 'jose';
import * as v from 'valibot';

/** Who this phone is, as the desk told it when it was enrolled. */
export type Enrolment = v.InferOutput<typeof ENROLMENT>;

/** One door that its person has a key to. */
export type KeyRow = v.InferOutput<typeof KEY_ROW>;

/** The doors of a person, as the desk told them at one time. */
export interface KeyList {
  readonly rows: readonly KeyRow[];
  /** Unix milliseconds by the phone's clock. */
  readonly updated: number;
}

/** A new bundle and the list that belongs to it. */
export type BundleAnswer = v.InferOutput<typeof BUNDLE>;

/** Reads an answer; undefined for one that is not of the shape. */
export type Reader<T> = (answer: unknown) => T | undefined;

/** The reader of each call's answer. */
export const READERS = {
  enrolment: (answer: unknown): Enrolment | undefined => read(ENROLMENT, answer),
  bundle: (answer: unknown): BundleAnswer | undefined => read(BUNDLE, answer),
  token: (answer: unknown): Uint8Array | undefined => read(TOKEN, answer)?.token,
  kept: (answer: unknown): readonly string[] | undefined => read(KEPT, answer)?.kept,
  /** The code of a refusal. */
  refusal: (answer: unknown): string | undefined => read(REFUSAL, answer)?.error.code,
} as const;

function read<Schema extends v.GenericSchema>(
  schema: Schema,
  answer: unknown,
): v.InferOutput<Schema> | undefined {
  const parsed = v.safeParse(schema, answer);
  return parsed.success ? parsed.output : undefined;
}

/** Longer names are nobody's, and would push everything else off the screen. */
const name = v.pipe(v.string(), v.maxLength(256));
const code = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,63}$/u));

const bytes = v.pipe(
  v.string(),
  v.regex(/^[\w-]*$/u),
  v.rawTransform(({ dataset, addIssue, NEVER }): Uint8Array => {
    try {
      return base64url.decode(dataset.value);
    } catch {
      addIssue({ message: 'not base64url' });
      return NEVER;
    }
  }),
);

/** An instant in Unix milliseconds, told as a text with its offset: whatever a policy may hold, small letters and many digits too. */
const instant = v.nullable(
  v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:Z|[+-]\d\d:\d\d)$/iu),
    v.transform((text) => Date.parse(text.toUpperCase())),
    v.finite(),
  ),
);

function isTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

const ENROLMENT = v.object({
  device: name,
  person: v.object({ id: name, name }),
  site: v.object({ id: name, name }),
  /** For the phone's machine; `phoneSetupOf` reads it. */
  setup: v.unknown(),
});

const KEY_ROW = v.object({
  door: name,
  label: name,
  /** In hex; null where the door has no lock that this phone could speak to. */
  lock: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/u))),
  /** As KIWI has it; one that this version does not know is shown as not active. */
  status: code,
  from: instant,
  until: instant,
  /** Of the door. */
  timeZone: v.pipe(name, v.check(isTimeZone)),
  /** Until when the phone opens it without another bundle, in Unix seconds; null without a grant. */
  carriedUntil: v.nullable(v.pipe(v.number(), v.integer())),
  /** Why no grant was issued; null where one was. */
  why: v.nullable(code),
});

const BUNDLE = v.object({ bundle: bytes, keys: v.pipe(v.array(KEY_ROW), v.maxLength(2048)) });
const TOKEN = v.object({ token: bytes });
const KEPT = v.object({ kept: v.pipe(v.array(name), v.maxLength(2048)) });
const REFUSAL = v.object({ error: v.object({ code }) });
