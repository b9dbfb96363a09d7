/** JSON over HTTP to a vendor's cloud, and what each failure says about whether the vendor heard us. */
import { bodyBytes } from '../body-chunks.js';
import { httpsBase } from '../loopback.js';

/** One exchange's end. `unsent`: the vendor never got it. `unclear`: it may have. */
export type HttpEnd =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'unsent' | 'unclear'; readonly detail: string };

/** How the vendor is reached. */
export interface AttemptHttpOptions {
  /** Under which the paths lie. `https`, or `http` on the loopback interface. */
  readonly baseUrl: string;
  /** The bearer token, asked for before each exchange. Never logged. */
  readonly token: () => string | Promise<string>;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Bytes of an answer that are read: a list of a few thousand devices. */
const ANSWER_BYTES_MAX = 4 * 2 ** 20;
/** Failures before a connection stood: nothing can have been said. */
const BEFORE_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Posts JSON objects below a base URL. @throws TypeError for a base that would show the token to the network. */
export function attemptHttp(options: AttemptHttpOptions) {
  const base = httpsBase(options.baseUrl, 'locks are reached over https');
  const { fetch = globalThis.fetch } = options;
  return async (
    path: string,
    body: object,
    signal: AbortSignal,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpEnd> => {
    let token: string;
    try {
      token = await options.token();
    } catch {
      return { kind: 'unsent', detail: 'no token' };
    }
    if (signal.aborted) return { kind: 'unsent', detail: 'given up' };
    try {
      const response = await fetch(new URL(path, base), {
        method: 'POST',
        headers: {
          ...headers,
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
        // A redirect would carry token and command to whoever it names.
        redirect: 'error',
        signal,
      });
      return { kind: 'answered', status: response.status, body: await readObject(response) };
    } catch (error) {
      const code = codeOf(error);
      const kind = BEFORE_CONNECTION.has(code) ? 'unsent' : 'unclear';
      return { kind, detail: code === '' ? 'no answer' : code };
    }
  };
}

/** An answer that is no JSON object is an empty one: its status alone is believed. */
async function readObject(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await bodyBytes(response, ANSWER_BYTES_MAX);
  if (bytes === undefined) throw new RangeError('an answer that is too long');
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The code of an error of Node's fetch, `ECONNREFUSED`. Its text may hold what the vendor said. */
function codeOf(error: unknown): string {
  const { cause } = Object(error) as { readonly cause?: unknown };
  const { code } = Object(cause) as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}
