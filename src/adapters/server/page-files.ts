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
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

/** What pages are told beside their files. */
export interface PageExtras {
  /**
   * Name below the path → JSON text, or undefined for none now. Each is named in the pages' head, as `<link rel="served"
   * href="…">`, so that a page knows what its server has beside the files.
   */
  readonly made?: Readonly<Record<string, () => string | undefined>>;
  /** What else the server answers, below `api/`; the head names it as `<link rel="served-site" href="./api/">`. */
  readonly asked?: AskedPages | undefined;
  /** Other pages of the same server, as `rel` → `href` of a link in the head. */
  readonly links?: Readonly<Record<string, string>>;
  /** Whether whoever asks for `/` is sent here. */
  readonly isHome?: boolean;
}

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
 * @throws the system's error for a folder that cannot be read.
 */
export function pagesOf(folder: string, base: string, extras: PageExtras = {}): ServedPages {
  const { made = {}, asked, isHome = false } = extras;
  const files = filesOf(folder, base, headLinks(extras));
  return {
    answer(path, header, query = '') {
      const isSentHere = `${path}/` === base || (isHome && path === '/');
      if (!path.startsWith(base) && !isSentHere) return undefined;
      if (!isCalledHere(header('host')) || isPassedOn(header)) {
        return text(421, 'ask for this under the name of this machine, and through no proxy');
      }
      if (isSentHere) {
        return { status: 307, headers: { ...COMMON, location: base }, body: '' };
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

/** Pages of one server, each below a path of its own. */
export function pagesTogether(pages: readonly ServedPages[]): ServedPages {
  return {
    answer(path, header, query) {
      for (const one of pages) {
        const answer = one.answer(path, header, query);
        if (answer !== undefined) return answer;
      }
      return undefined;
    },
  };
}

function headLinks({ made = {}, asked, links = {} }: PageExtras): string {
  return [
    ...Object.keys(made).map((name) => `<link rel="served" href="./${name}">`),
    ...(asked === undefined ? [] : [`<link rel="served-site" href="./${ASKED}">`]),
    ...Object.entries(links).map(([rel, href]) => `<link rel="${rel}" href="${href}">`),
  ].join('');
}

/** By path; an `index.html` also by the path of its folder. */
function filesOf(folder: string, base: string, links: string): ReadonlyMap<string, Answer> {
  const files = new Map<string, Answer>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const text = readFileSync(join(folder, name), 'utf8');
    const body = extname(name) === '.html' ? text.replace('</head>', `${links}</head>`) : text;
    const answer = { status: 200, headers: { ...COMMON, 'content-type': type }, body };
    const path = base + name.replaceAll('\\', '/');
    files.set(path, answer);
    if (path.endsWith('/index.html')) files.set(path.slice(0, -'index.html'.length), answer);
  }
  return files;
}

function json(answer: { readonly status: number; readonly body: string } | undefined): Answer {
  if (answer === undefined) return text(404, 'there is nothing here');
  return { ...answer, headers: { ...COMMON, 'content-type': 'application/json' } };
}

function text(status: number, body: string): Answer {
  return { status, headers: { ...COMMON, 'content-type': 'text/plain; charset=utf-8' }, body };
}
