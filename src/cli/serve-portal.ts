/** The portal of a served policy: the page that lies beside this program, the policy that decides now, and its site where there is one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pagesOf, type ServedPages } from '../adapters/server/page-files.js';
import { InputError } from './failure.js';
import { installation } from './installation.js';
import { portalApi } from './portal-api.js';
import type { ServeSource } from './served-source.js';

/** Where the portal is. */
export const PORTAL_PATH = '/portal/';

/** @throws InputError where the page was not built. */
export function portalPages({ pdp, site }: Pick<ServeSource, 'pdp' | 'site'>): ServedPages {
  const folder = join(installation()?.folder ?? '.', 'dist/portal');
  if (!existsSync(join(folder, 'index.html'))) {
    throw new InputError('the portal is not here: `npm run build` makes it');
  }
  const made = {
    'policy.json': () => {
      const view = pdp.local();
      return view.ok ? JSON.stringify(view.value.engine.policy) : undefined;
    },
  };
  return pagesOf(folder, PORTAL_PATH, made, site && portalApi(site));
}
