/** The portal of a served policy: the page that lies beside this program, and the policy that decides now. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Pdp } from '../adapters/pdp/pdp.js';
import { pagesOf, type ServedPages } from '../adapters/server/page-files.js';
import { InputError } from './failure.js';
import { installation } from './installation.js';

/** Where the portal is. */
export const PORTAL_PATH = '/portal/';

/** @throws InputError where the page was not built. */
export function portalPages(pdp: Pick<Pdp, 'local'>): ServedPages {
  const folder = join(installation()?.folder ?? '.', 'dist/portal');
  if (!existsSync(join(folder, 'index.html'))) {
    throw new InputError('the portal is not here: `npm run build` makes it');
  }
  return pagesOf(folder, PORTAL_PATH, {
    'policy.json': () => {
      const view = pdp.local();
      return view.ok ? JSON.stringify(view.value.engine.policy) : undefined;
    },
  });
}
