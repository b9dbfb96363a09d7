/** Other pages that the server of this one has: a phone to try a lock with, the documentation. A page that is but files has none. */
import type { Words } from './words.js';

/** Links to them, or nothing. */
export function Elsewhere({ words }: { readonly words: Words }) {
  const phone = hrefOf('phone');
  const help = hrefOf('help');
  return (
    <>
      {phone !== undefined && <a href={phone}>{words.labels.phonePage}</a>}
      {help !== undefined && <a href={help}>{words.labels.documentation}</a>}
    </>
  );
}

/** Where a link in the head leads; a server puts it there. */
function hrefOf(rel: 'phone' | 'help'): string | undefined {
  return document.querySelector<HTMLLinkElement>(`link[rel="${rel}"]`)?.href;
}
