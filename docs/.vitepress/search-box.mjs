// @ts-check
/**
 * Mends what the search box of VitePress 1.6 tells screen readers: it calls itself a button though there are buttons in it, its
 * results are links within options, and its keys have names that their kind of element must not have. It also puts guides before
 * the pages in which one looks something up. Once a newer VitePress writes it otherwise, the build says so, and this is to be
 * looked at again.
 */

/**
 * What a finding counts on pages that are not guides; there it counts whole. A heading of the API that is the word alone would
 * outrank every guide about it; a name that stands nowhere else as a heading is still found there first.
 * @type {readonly (readonly [begin: string, weight: number])[]}
 */
const WEIGHTS = [
  ['api/', 0.3],
  ['decisions/', 0.3],
  ['changelog.html', 0.3],
  ['lint.html', 0.4],
  ['cli.html', 0.4],
  ['clauses.html', 0.4],
  ['benchmarks.html', 0.4],
];

/** The option of MiniSearch in the text of the box. As an option of the site it would be made of text, which pages forbid. */
const WEIGHED = `boostDocument: (id) => ${JSON.stringify(WEIGHTS)}.find(([begin]) => id.startsWith(import.meta.env.BASE_URL + begin))?.[1] ?? 1,`;

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
  [/boost: \{ title: 4, text: 2, titles: 1 \},/u, `$& ${WEIGHED}`],
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
