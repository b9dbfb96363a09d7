/** Static pages beside a decision point: read whole at the start, served from memory under one path, to this machine alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Answer } from '../authzen/exchange.js';
import { isCalledHere, isPassedOn } from '../loopback.js';
import { type AskedPages, askedAnswer } from './asked-pages.js';

/** Pages of a server that are no endpoint. */
export interface ServedPages {
  /**
   * The answer to a GET, or undefined where there is no such page.
   * @param header - the value of a header by its lower-case name.
   * @param query - what stands behind `?`.
   */
  answer(
    path: string,
    header: (name: string) => string | undefined,
    query?: string,
  ): Answer | Promise<Answer> | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Below this the server is asked. */
const ASKED = 'api/';

/** What every page is sent with. Names of built files change with what is in them, yet this machine asks again for free. */
const COMMON = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
};

/**
 * The files of a folder below a path, `index.html` for the path itself, and beside them texts made when they are asked for.
 * A request under any other name than this machine's is refused: a page elsewhere could otherwise have a name of its own
 * point here, and read what it shows (DNS rebinding). So is one that a proxy passed on, for whomever.
 * @param base - begins and ends with `/`.
 * @param made - name below the path → JSON text, or undefined for none now. Each is named in the pages' head, as
 *   `<link rel="served" href="…">`, so that a page knows what its server has beside the files.
 * @param asked - what else the server answers, below `api/`; the head names it as `<link rel="served-site" href="./api/">`.
 * @throws the system's error for a folder that cannot be read.
 */
export function pagesOf(
  folder: string,
  base: string,
  made: Readonly<Record<string, () => string | undefined>>,
  asked?: AskedPages,
): ServedPages {
  const files = new Map<string, Answer>();
  const links = [
    ...Object.keys(made).map((name) => `<link rel="served" href="./${name}">`),
    ...(asked === undefined ? [] : [`<link rel="served-site" href="./${ASKED}">`]),
  ].join('');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const text = readFileSync(join(folder, name), 'utf8');
    const body = extname(name) === '.html' ? text.replace('</head>', `${links}</head>`) : text;
    const headers = { ...COMMON, 'content-type': type };
    files.set(base + name.replaceAll('\\', '/'), { status: 200, headers, body });
  }
  const index = files.get(`${base}index.html`);
  if (index !== undefined) files.set(base, index);
  return {
    answer(path, header, query = '') {
      if (!path.startsWith(base) && `${path}/` !== base) return undefined;
      if (!isCalledHere(header('host')) || isPassedOn(header)) {
        return text(421, 'ask for this under the name of this machine, and through no proxy');
      }
      if (`${path}/` === base) {
        return { status: 308, headers: { ...COMMON, location: base }, body: '' };
      }
      const file = files.get(path);
      if (file !== undefined) return file;
      const name = path.slice(base.length);
      if (asked !== undefined && name.startsWith(ASKED)) {
        return askedAnswer(asked, name.slice(ASKED.length), query, header).then(json);
      }
      const body = Object.hasOwn(made, name) ? made[name]?.() : undefined;
      return json(body === undefined ? undefined : { status: 200, body });
    },
  };
}

function json(answer: { readonly status: number; readonly body: string } | undefined): Answer {
  if (answer === undefined) return text(404, 'there is nothing here');
  return { ...answer, headers: { ...COMMON, 'content-type': 'application/json' } };
}

function text(status: number, body: string): Answer {
  return { status, headers: { ...COMMON, 'content-type': 'text/plain; charset=utf-8' }, body };
}
