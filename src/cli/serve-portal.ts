/** Pages of a served policy: the portal with the policy that decides now, the phone, and the documentation where it was built. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pagesOf, pagesTogether, type ServedPages } from '../adapters/server/page-files.js';
import { InputError } from './failure.js';
import { installation } from './installation.js';
import { portalApi } from './portal-api.js';
import type { ServeSource } from './served-source.js';

/** Where the portal is. */
export const PORTAL_PATH = '/portal/';

/** Where the phone is: a page with locks and a server of its own inside, to be tried out. */
const PHONE_PATH = '/phone/';

/** Where the documentation is, in a clone that has built it for this place. */
const DOCS_PATH = '/docs/';

/** @throws InputError where the portal was not built. */
export function portalPages({ pdp, site }: Pick<ServeSource, 'pdp' | 'site'>): ServedPages {
  const portal = builtAt('dist/portal');
  if (portal === undefined) {
    throw new InputError('the portal is not here: `npm run build` makes it');
  }
  const phone = builtAt('dist/phone');
  const docs = builtAt('docs/.vitepress/dist', `href="${DOCS_PATH}`);
  const made = {
    'policy.json': () => {
      const view = pdp.local();
      return view.ok ? JSON.stringify(view.value.engine.policy) : undefined;
    },
  };
  const links = {
    ...(phone === undefined ? {} : { phone: `..${PHONE_PATH}` }),
    ...(docs === undefined ? {} : { help: `..${DOCS_PATH}` }),
  };
  return pagesTogether([
    pagesOf(portal, PORTAL_PATH, { made, asked: site && portalApi(site), links, isHome: true }),
    ...(phone === undefined ? [] : [pagesOf(phone, PHONE_PATH)]),
    ...(docs === undefined ? [] : [pagesOf(docs, DOCS_PATH)]),
  ]);
}

/** The folder of pages built here. @param sign - stands in the first of them where they were built for this place. */
function builtAt(path: string, sign = ''): string | undefined {
  const folder = join(installation()?.folder ?? '.', path);
  const index = join(folder, 'index.html');
  return existsSync(index) && readFileSync(index, 'utf8').includes(sign) ? folder : undefined;
}
