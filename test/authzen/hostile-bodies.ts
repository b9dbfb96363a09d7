/** HTTP bodies and headers as an attacker or a broken client sends them: good ones, changed a little, and rubbish. */
import type { Random } from '../../bench/random.js';

/** One exchange to try. */
export interface Hostile {
  readonly path: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly remoteAddress: string;
}

/** Endpoints that take a body. */
export const POSTED = [
  '/access/v1/evaluation',
  '/access/v1/evaluations',
  '/access/v1/search/subject',
  '/access/v1/search/resource',
  '/access/v1/search/action',
] as const;

const SUBJECT = { type: 'user', id: 'ada' };
const ACTION = { name: 'unlock' };
const RESOURCE = { type: 'door', id: 'front' };
const CONTEXT = {
  time: '2026-03-02T12:00:00Z',
  method: 'tap',
  reader: 'r1',
  location: { latitude: 52.5, longitude: 13.4, accuracy: 10 },
  secondFactor: true,
  device: 'phone',
  arrivals: ['2026-03-02T08:00:00Z'],
  presence: { state: 'inside', since: '2026-03-02T08:00:00Z' },
  companions: ['max'],
};
const OPTIONS = {
  reasons: true,
  validUntil: true,
  explain: true,
  grants: true,
  state: true,
  evaluations_semantic: 'deny_on_first_deny',
  consistency: { kind: 'atLeast', token: 'dw1.0.0.org' },
};
const WHOLE = { subject: SUBJECT, action: ACTION, resource: RESOURCE };
/** Good bodies. */
const CORPUS: readonly string[] = [
  WHOLE,
  { ...WHOLE, context: CONTEXT },
  { ...WHOLE, context: CONTEXT, options: OPTIONS },
  { ...WHOLE, page: { limit: 2, token: '' } },
  { ...WHOLE, page: { token: '2.0123456789abcdef0123456789abcdef.YWRh' } },
  {
    ...WHOLE,
    evaluations: [{}, { context: CONTEXT }, { subject: SUBJECT }, { resource: RESOURCE }],
  },
  {
    ...WHOLE,
    action: { name: 'create' },
    resource: {
      type: 'access_right',
      id: '*',
      properties: { role: 'door_access', subject: SUBJECT, validity: { until: 'x' } },
    },
  },
  {
    ...WHOLE,
    resource: { type: 'camera', id: 'c', properties: { scope: { type: 'place', id: 'hq' } } },
  },
].map((body) => JSON.stringify(body));

/** Pieces that mean something to a parser, or to whoever trusts one. */
const PIECES: readonly string[] = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\u0000',
  '\\ud800',
  '\\"',
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1e999',
  '-1e-999',
  '9007199254740993',
  '1e308',
  '""',
  '{}',
  '[]',
  '"__proto__":',
  '"constructor":{"prototype":{}},',
  '"subject":',
  '"id":"ada",',
  '"id":["ada"],',
  '"type":{"toString":1},',
  '"evaluations":',
  '"evaluations":[[]],',
  '"page":{"limit":1e9},',
  '"time":"9999-12-31T23:59:60Z",',
  '"time":-1,',
  '"options":{"consistency":{"kind":"exact","token":"dw1.9.9.org"}},',
  '"location":{"latitude":1e400,"longitude":"x"},',
  '"scope":{"type":"place","id":"hq"},',
  '\u0000',
  '\u2028',
  '😀',
  '//',
  '/*',
  '\ufeff',
  "'",
  '__proto__',
  'toString',
  'valueOf',
  '*',
];
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  '*',
  '__proto__',
  'x'.repeat(200),
  [],
  {},
  [[]],
  { toString: null },
  ['ada'],
  { id: 'ada' },
];

/** The next exchange of a source of choices. */
export function nextHostile(random: Random): Hostile {
  return {
    path: random.pick(POSTED),
    body: bodyOf(random),
    headers: {
      'content-type':
        random.below(20) === 0
          ? random.pick(['text/plain', '', 'application/json;x'])
          : 'application/json',
      authorization:
        random.below(15) === 0
          ? random.pick(['', 'Bearer', 'Bearer x', 'Basic eDp5'])
          : `Bearer ${random.pick(['plain', 'full', 'slow'])}`,
      'x-request-id':
        random.below(10) === 0
          ? random.pick(['a\r\nb: c', '', 'r', 'x'.repeat(400), 'é'])
          : undefined,
    },
    remoteAddress: `10.0.${random.below(256)}.${random.below(256)}`,
  };
}

function bodyOf(random: Random): Uint8Array {
  const kind = random.below(100);
  if (kind < 5) return Uint8Array.from({ length: random.below(300) }, () => random.below(256));
  if (kind < 35)
    return encoded(JSON.stringify(changedValue(JSON.parse(random.pick(CORPUS)), random)));
  let text = random.pick(CORPUS);
  for (let left = random.below(4); left > 0; left--) text = changedText(text, random);
  const bytes = encoded(text);
  if (kind < 90 || bytes.length === 0) return bytes;
  bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function changedText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const until = Math.min(text.length, at + random.below(20));
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(until);
    case 2:
      return text.slice(0, until) + text.slice(at);
    case 3:
      return (
        text.slice(0, at) +
        random.pick(PIECES).repeat(1 + random.below(random.below(8) === 0 ? 2000 : 3)) +
        text.slice(at)
      );
    case 4:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(until);
    case 5:
      return `${text.slice(0, at)}${random.pick(CORPUS)}${text.slice(until)}`;
    default:
      return `{${random.pick(PIECES)}${text.slice(1)}`;
  }
}

/** A JSON value with one part of it exchanged, so that most of what is tried gets past the parser. */
function changedValue(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.below(6) === 0)
    return random.pick(VALUES);
  if (Array.isArray(value)) {
    const at = random.below(value.length + 1);
    return [...value.slice(0, at), changedValue(value[at], random), ...value.slice(at + 1)];
  }
  const names = Object.keys(value);
  const name =
    random.below(8) === 0 || names.length === 0
      ? random.pick(['context', 'x', 'properties', 'constructor'])
      : random.pick(names);
  const { [name]: old, ...rest } = value as Record<string, unknown>;
  return random.below(6) === 0 ? rest : { ...rest, [name]: changedValue(old, random) };
}
