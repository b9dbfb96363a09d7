/** The file of clients: who may ask a served decision point, known by the hash of a token or by the subject of a JWT. */
import { type Client, FACT_NAMES, type FactName, type Rate } from '../adapters/for-authzen.js';
import { parseJson } from './json.js';

/** One client and how it is known; at least one of the two. */
export interface ServeClient {
  readonly client: Client;
  /** SHA-256 of its bearer token, in lower-case hex. */
  readonly sha256: string | undefined;
  /** `sub` of its JWTs. */
  readonly subject: string | undefined;
}

/** The clients of a file, or the first thing that is wrong with it. */
export type ReadClients =
  | { readonly ok: true; readonly value: readonly ServeClient[] }
  | { readonly ok: false; readonly detail: string };

const SWITCHES = ['explain', 'consistency', 'search', 'records'] as const;
const MEMBERS: readonly string[] = ['id', 'sha256', 'subject', 'asserts', 'rate', ...SWITCHES];
const CLIENTS_MAX = 1000;

/** Ends reading with what is wrong; caught where reading began. */
class ClientFault extends Error {}

/** Reads `{ "clients": [ … ] }`. Strict: a right misspelt is no right that goes unnoticed. */
export function readClients(text: string): ReadClients {
  const parsed = parseJson(text);
  if (!parsed.ok) return { ok: false, detail: parsed.message };
  try {
    const root = objectOf(parsed.value, '/', ['clients']);
    const list = root['clients'];
    if (!Array.isArray(list)) throw new ClientFault('/clients: must be a list');
    if (list.length === 0) throw new ClientFault('/clients: must not be empty');
    if (list.length > CLIENTS_MAX) throw new ClientFault(`/clients: at most ${CLIENTS_MAX}`);
    const value = list.map((entry, index) => readClient(entry, `/clients/${index}`));
    for (const name of ['sha256', 'subject'] as const) requireOnce(value, name);
    return { ok: true, value };
  } catch (error) {
    if (error instanceof ClientFault) return { ok: false, detail: error.message };
    throw error;
  }
}

function readClient(entry: unknown, at: string): ServeClient {
  const given = objectOf(entry, at, MEMBERS);
  const id = textOf(given['id'], `${at}/id`, /^[\w.:@+-]{1,128}$/u);
  if (id === undefined) throw new ClientFault(`${at}/id: is missing`);
  const sha256 = textOf(given['sha256'], `${at}/sha256`, /^[0-9a-f]{64}$/u);
  const subject = textOf(given['subject'], `${at}/subject`, /^[^\p{Cc}]{1,256}$/u);
  if (sha256 === undefined && subject === undefined) {
    throw new ClientFault(`${at}: \`sha256\` or \`subject\` says how it is known`);
  }
  const switches = SWITCHES.flatMap((name) => {
    const value = given[name];
    if (value === undefined) return [];
    if (typeof value !== 'boolean') throw new ClientFault(`${at}/${name}: must be true or false`);
    return [[name, value]];
  });
  const asserts = readAsserts(given['asserts'], `${at}/asserts`);
  const rate = readRate(given['rate'], `${at}/rate`);
  const client: Client = {
    id,
    ...Object.fromEntries(switches),
    ...(asserts === undefined ? {} : { asserts }),
    ...(rate === undefined ? {} : { rate }),
  };
  return { client, sha256, subject };
}

function readAsserts(value: unknown, at: string): Client['asserts'] {
  if (value === undefined || value === 'facts') return value;
  if (!Array.isArray(value)) throw new ClientFault(`${at}: must be "facts" or a list of facts`);
  return value.map((name: unknown): FactName => {
    const known = FACT_NAMES.find((fact) => fact === name);
    if (known === undefined)
      throw new ClientFault(`${at}: each is one of ${FACT_NAMES.join(', ')}`);
    return known;
  });
}

function readRate(value: unknown, at: string): Rate | undefined {
  if (value === undefined) return undefined;
  const { perSecond, burst } = objectOf(value, at, ['perSecond', 'burst']);
  const isFit = (number: unknown): number is number =>
    typeof number === 'number' && number > 0 && number <= 1e6;
  if (isFit(perSecond) && isFit(burst) && Number.isInteger(burst)) return { perSecond, burst };
  throw new ClientFault(`${at}: \`perSecond\` and a whole \`burst\`, both above 0`);
}

function objectOf(value: unknown, at: string, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ClientFault(`${at}: must be an object`);
  }
  const strange = Object.keys(value).findIndex((name) => !known.includes(name));
  // Not its name: a token that was pasted in the wrong place would stand in a log.
  if (strange !== -1) throw new ClientFault(`${at}: may have ${known.join(', ')} and nothing else`);
  return value as Record<string, unknown>;
}

function textOf(value: unknown, at: string, pattern: RegExp): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new ClientFault(`${at}: is malformed`);
}

function requireOnce(clients: readonly ServeClient[], name: 'sha256' | 'subject'): void {
  const values = clients.flatMap((client) => client[name] ?? []);
  if (new Set(values).size !== values.length) {
    throw new ClientFault(`/clients: the same \`${name}\` stands there twice`);
  }
}
