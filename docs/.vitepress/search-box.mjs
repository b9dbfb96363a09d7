// @ts-check
/**
 * Mends what the search box of VitePress 1.6 tells screen readers: it calls itself a button though there are buttons in it, its
 * results are links within options, and its keys have names that their kind of element must not have. Once a newer
 * VitePress writes it otherwise, the build says so, and this is to be looked at again.
 */

/** What is written there, and what should be. */
const MENDED = /** @type {const} */ ([
  // A box above the page in which one types: a dialogue.
  [
    /role="button"(\s+:aria-owns="[^"]*")\s+aria-expanded="true"\s+aria-haspopup="listbox"/u,
    'role="dialog" aria-modal="true"$1',
  ],
  // The option is the link itself; the item of the list is nothing by itself.
  [
    /:id="'localsearch-item-' \+ index"\s+:aria-selected="[^"]*"\s+role="option"/u,
    'role="presentation"',
  ],
  [
    /:aria-label="\[\.\.\.p\.titles, p\.title\]\.join\(' > '\)"/u,
    `:id="'localsearch-item-' + index" role="option" :aria-selected="selectedIndex === index ? 'true' : 'false'"`,
  ],
  [/<kbd :aria-label=/gu, '<kbd role="img" :aria-label='],
]);

/** A plugin of Vite. @throws Error in the build when the box is not written as expected */
export function searchForEverybody() {
  return {
    name: 'search-for-everybody',
    enforce: /** @type {const} */ ('pre'),
    transform(/** @type {string} */ code, /** @type {string} */ id) {
      if (!id.endsWith('/VPLocalSearchBox.vue')) return undefined;
      return MENDED.reduce((text, [written, mended]) => {
        const next = text.replace(written, mended);
        if (next === text)
          throw new Error(`the search box of VitePress is written otherwise now: ${written}`);
        return next;
      }, code);
    },
  };
}
