// @ts-check
// The built page, read whole at the start, with the link by which it finds its desk.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** Nothing from elsewhere, nothing inline, nothing that frames the page. */
const POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'"],
  ...["connect-src 'self'", "worker-src 'self'", "manifest-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

/** What everything here is sent with. */
export const COMMON = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'bluetooth=(self), geolocation=(), camera=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** @typedef {{ type: string, body: Uint8Array<ArrayBuffer> }} Page */

/**
 * The files of a folder by their path; `/` is `index.html`.
 * @param {string} folder @returns {ReadonlyMap<string, Page>} @throws TypeError where no page was built.
 */
export function readPages(folder) {
  /** @type {Map<string, Page>} */
  const pages = new Map();
  for (const name of namesIn(folder)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    pages.set(`/${name}`, { type, body: name === 'index.html' ? withDesk(bytes) : bytes });
  }
  const index = pages.get('/index.html');
  if (index === undefined) throw new TypeError(`no page was built in \`${folder}\``);
  return pages.set('/', index);
}

/** @param {string} folder */
function namesIn(folder) {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
      name.replaceAll('\\', '/'),
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** @param {Uint8Array} html */
function withDesk(html) {
  const text = new TextDecoder().decode(html);
  if (!text.includes('</head>')) throw new TypeError('`index.html` has no head');
  const link = '<link rel="desk" href="./api/"></head>';
  return new TextEncoder().encode(text.replace('</head>', link));
}
