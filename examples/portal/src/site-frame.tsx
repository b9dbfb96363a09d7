/** What a page about a site at work shows while there is none yet, or none at all. */

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { SiteCode } from './site-view.js';
import { openSiteView, type SiteView } from './site-view.js';
import type { Site } from './sites.js';
import type { Words } from './words.js';
import { type SiteWords, siteWordsOf } from './words-site.js';

/** A site and the words to speak of it. */
export interface Shown {
  readonly view: SiteView;
  readonly said: SiteWords;
}

/** Opens the site, says what it is, and shows what `children` makes of it. */
export function SiteFrame(props: {
  readonly words: Words;
  readonly site: Site;
  readonly children: (shown: Shown) => ComponentChildren;
}) {
  const { words, site, children } = props;
  const said = siteWordsOf(words.language);
  const [view, setView] = useState<SiteView | 'opening' | 'none' | 'failed'>('opening');
  useEffect(() => {
    let isGone = false;
    setView('opening');
    openSiteView(site).then(
      (opened) => isGone || setView(opened ?? 'none'),
      () => isGone || setView('failed'),
    );
    return () => {
      isGone = true;
    };
  }, [site]);
  if (view === 'opening') return <p role="status">{said.labels.opening}</p>;
  if (view === 'none') return <p class="notice">{said.labels.noSite}</p>;
  if (view === 'failed') return <p role="alert">{said.labels.failed}</p>;
  return (
    <>
      <p class="notice">{view.kind === 'made_up' ? said.labels.madeUp : said.labels.servedSite}</p>
      {children({ view, said })}
    </>
  );
}

/** Why a site told nothing. */
export function Untold(props: {
  readonly said: SiteWords;
  readonly why: { readonly code: SiteCode; readonly detail: string };
}) {
  const { said, why } = props;
  return <p role="alert">{said.labels[why.code].replace('@', () => why.detail)}</p>;
}
