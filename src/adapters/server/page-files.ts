/** Static pages beside a decision point: read whole at the start, served from memory under one path, to this machine alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Answer } from '../authzen/exchange.js';
import { isCalledHere, isPassedOn } from '../loopback.js';

/** Pages of a server that are no endpoint. */
export interface ServedPages {
  /**
   * The answer to a GET, or undefined where there is no such page.
   * @param header - the value of a header by its lower-case name.
   */
  answer(path: string, header: (name: string) => string | undefined): Answer | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

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
 * @throws the system's error for a folder that cannot be read.
 */
export function pagesOf(
  folder: string,
  base: string,
  made: Readonly<Record<string, () => string | undefined>>,
): ServedPages {
  const files = new Map<string, Answer>();
  const links = Object.keys(made)
    .map((name) => `<link rel="served" href="./${name}">`)
    .join('');
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
    answer(path, header) {
      if (!path.startsWith(base) && `${path}/` !== base) return undefined;
      if (!isCalledHere(header('host')) || isPassedOn(header)) {
        return text(421, 'ask for this under the name of this machine, and through no proxy');
      }
      if (`${path}/` === base) {
        return { status: 308, headers: { ...COMMON, location: base }, body: '' };
      }
      const file = files.get(path);
      if (file !== undefined) return file;
      const make = Object.hasOwn(made, path.slice(base.length))
        ? made[path.slice(base.length)]
        : undefined;
      const body = make?.();
      if (body === undefined) return text(404, 'there is nothing here');
      return { status: 200, headers: { ...COMMON, 'content-type': 'application/json' }, body };
    },
  };
}

function text(status: number, body: string): Answer {
  return { status, headers: { ...COMMON, 'content-type': 'text/plain; charset=utf-8' }, body };
}
