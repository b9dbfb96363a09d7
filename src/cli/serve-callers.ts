/** Who may ask a served decision point: by tokens and JWTs of a file that is followed, or whoever is on this machine. */
import { bearerTokens } from '../adapters/authzen/bearer-tokens.js';
import type { Exchange } from '../adapters/authzen/exchange.js';
import type { Client } from '../adapters/for-authzen.js';
import { isCalledHere, isPassedOn } from '../adapters/loopback.js';
import type { Logger } from '../adapters/pdp/telling.js';
import { watchFile } from '../adapters/server/watched-file.js';
import { InputError } from './failure.js';
import { fileName } from './files.js';
import { readClients, type ServeClient } from './serve-clients.js';
import type { JwtSettings, ServeSettings } from './serve-settings.js';

/** An `authenticate`, and what becomes of its file. */
export interface Callers {
  authenticate(exchange: Exchange): Client | undefined | Promise<Client | undefined>;
  /** `clients` while the file cannot be used; those it had before stay. */
  faults(): readonly string[];
  refresh(): Promise<boolean>;
  close(): void;
}

/** Largest file of clients, in bytes. */
const BYTES_MAX = 4_000_000;

/**
 * The callers of the settings.
 * @param remembers - whether the source remembers openings, which clients with `records` need.
 * @throws InputError for a file that cannot be used to begin with, and where a package is missing.
 */
export async function openCallers(
  { tokens, jwt }: Pick<ServeSettings, 'tokens' | 'jwt'>,
  logger: Logger,
  remembers: boolean,
): Promise<Callers> {
  if (tokens === undefined) return loopbackCallers();
  let current: readonly ServeClient[] | undefined;
  let byToken: ReturnType<typeof bearerTokens> = () => undefined;
  let fault: Error | undefined;
  const file = watchFile({
    path: tokens,
    bytesMax: BYTES_MAX,
    take({ bytes }) {
      const read = readClients(new TextDecoder().decode(bytes));
      if (!read.ok) throw new Error(read.detail);
      if (!remembers && read.value.some(({ client }) => client.records === true)) {
        throw new Error('`records` needs a store: a policy file remembers nothing');
      }
      byToken = bearerTokens(
        read.value.flatMap(({ sha256, client }) =>
          sha256 === undefined ? [] : { sha256, client },
        ),
      );
      if (current !== undefined) logger.info({ clients: read.value.length }, 'clients reloaded');
      current = read.value;
    },
    onFault(error) {
      fault = error;
      if (error === undefined || current === undefined) return;
      logger.error(
        { detail: error.message },
        'the file of clients cannot be used, those before stay',
      );
    },
  });
  if (!(await file.looking.look())) {
    file.close();
    throw new InputError(`clients in ${fileName(tokens)}: ${fault?.message ?? 'cannot be read'}`);
  }
  const byJwt = jwt && (await jwtCallers(jwt, (subject) => clientOf(current, subject)));
  return {
    authenticate: (exchange) => byToken(exchange) ?? byJwt?.(exchange),
    faults: () => (fault === undefined ? [] : ['clients']),
    refresh: () => file.looking.look(),
    close: () => file.close(),
  };
}

function clientOf(
  clients: readonly ServeClient[] | undefined,
  subject: string | undefined,
): Client | undefined {
  if (subject === undefined) return undefined;
  return clients?.find((one) => one.subject === subject)?.client;
}

async function jwtCallers(
  { jwks, issuer, audience, algorithms }: JwtSettings,
  clients: (subject: string | undefined) => Client | undefined,
) {
  try {
    const { jwtAuthentication } = await import('../adapters/jwt/jwt-authentication.js');
    const byClaims = ({ sub }: { readonly sub?: string }) => clients(sub);
    return jwtAuthentication({ jwks, issuer, audience, algorithms, clients: byClaims });
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    if (isMissing) throw new InputError('`--jwks` needs the package jose: npm install jose');
    throw error;
  }
}

/**
 * Whoever is on this machine, for trying out: asks, and no more. The name it calls must be this machine's, or a page of
 * the web could ask through somebody's browser by a name of its own that leads here.
 */
function loopbackCallers(): Callers {
  const client: Client = { id: 'loopback' };
  return {
    authenticate(exchange) {
      if (isPassedOn((name) => exchange.header(name))) return undefined;
      return isCalledHere(exchange.header('host')) ? client : undefined;
    },
    faults: () => [],
    refresh: () => Promise.resolve(true),
    close: () => undefined,
  };
}
