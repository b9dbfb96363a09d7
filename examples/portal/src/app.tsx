/** The frame round every page: which site, which page, which language. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Address, readAddress, writeAddress } from './address.js';
import { Elsewhere } from './elsewhere.js';
import { ChangePage } from './pages/change.js';
import { DecidePage } from './pages/decide.js';
import { EventsPage } from './pages/events.js';
import { ImportPage } from './pages/import.js';
import { InventoryPage } from './pages/inventory.js';
import { LocksPage } from './pages/locks.js';
import { MapPage } from './pages/map.js';
import { PolicyPage } from './pages/policy.js';
import { RolesPage } from './pages/roles.js';
import { WeekPage } from './pages/week.js';
import { WhoPage } from './pages/who.js';
import { EXAMPLES, OWN, readSite, SERVED, type Site } from './sites.js';
import { type Language, PAGES, preferredLanguage, type Words, wordsOf } from './words.js';

/** What every page is given. */
export interface PageProps {
  readonly words: Words;
  readonly site: Site;
  readonly parameters: Readonly<Record<string, string>>;
  /** Sets parameters of the address; those that are not named stay. */
  set(parameters: Readonly<Record<string, string>>): void;
  /** Takes another policy into use. */
  use(site: Site): void;
}

/** The whole page. @param props.served - the policy of the server that serves it, if one does. */
export function App({ served }: { readonly served: Site | 'failed' | undefined }) {
  const [address, setAddress] = useState(() => readAddress(location.hash));
  const [own, setOwn] = useState<Site | undefined>(undefined);
  const [language, setLanguage] = useState<Language>(() => preferredLanguage(navigator.languages));
  const words = wordsOf(language);
  const wanted = address.parameters['site'] ?? (served === undefined ? EXAMPLES[0].id : SERVED);
  const given =
    wanted === OWN ? own : wanted === SERVED && served !== 'failed' ? served : undefined;
  const site = useMemo(() => given ?? exampleOf(wanted), [wanted, given]);

  useEffect(() => {
    const read = (): void => setAddress(readAddress(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `${words.pages[address.page]} · ${words.labels.portal}`;
  }, [language, address.page, words]);

  const go = (next: Address): void => {
    history.replaceState(undefined, '', writeAddress(next));
    setAddress(next);
  };
  const props: PageProps = {
    words,
    site,
    parameters: address.parameters,
    set: (parameters) => go({ ...address, parameters: { ...address.parameters, ...parameters } }),
    use: (used) => {
      setOwn(used);
      go({ page: 'decide', parameters: { site: used.id } });
    },
  };
  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => document.getElementById('content')?.focus()}
      >
        {words.labels.skip}
      </button>
      <header>
        <p class="brand">
          <img src="./door.svg" alt="" width="24" height="24" />
          <strong>{words.labels.portal}</strong> <span>{words.labels.tagline}</span>
        </p>
        <div class="bar">
          <label>
            {words.labels.site}{' '}
            <select
              value={site.id}
              onChange={(event) =>
                go({ page: address.page, parameters: { site: event.currentTarget.value } })
              }
            >
              {EXAMPLES.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
              {served !== undefined && served !== 'failed' && (
                <option value={SERVED}>{words.labels.servedPolicy}</option>
              )}
              {own !== undefined && <option value={OWN}>{words.labels.ownPolicy}</option>}
            </select>
          </label>
          <button
            type="button"
            lang={language === 'de' ? 'en' : 'de'}
            onClick={() => setLanguage(language === 'de' ? 'en' : 'de')}
          >
            {words.labels.language}
          </button>
          <Elsewhere words={words} />
        </div>
        <nav aria-label={words.labels.portal}>
          <ul>
            {PAGES.map((page) => (
              <li key={page}>
                <a
                  href={writeAddress({ page, parameters: { site: site.id } })}
                  aria-current={page === address.page ? 'page' : undefined}
                >
                  {words.pages[page]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        <h1>{words.pages[address.page]}</h1>
        {site.id !== wanted && (
          <p class="absent" role="status">
            {words.labels.absent}
          </p>
        )}
        <Page key={`${address.page} ${site.id}`} page={address.page} {...props} />
      </main>
    </>
  );
}

function Page({ page, ...props }: PageProps & { readonly page: Address['page'] }) {
  switch (page) {
    case 'decide':
      return <DecidePage {...props} />;
    case 'week':
      return <WeekPage {...props} />;
    case 'who':
      return <WhoPage {...props} />;
    case 'locks':
      return <LocksPage {...props} />;
    case 'import':
      return <ImportPage {...props} />;
    case 'events':
      return <EventsPage {...props} />;
    case 'inventory':
      return <InventoryPage {...props} />;
    case 'map':
      return <MapPage {...props} />;
    case 'roles':
      return <RolesPage {...props} />;
    case 'change':
      return <ChangePage {...props} />;
    case 'policy':
      return <PolicyPage {...props} />;
    default:
      return page satisfies never;
  }
}

function exampleOf(id: string): Site {
  const example = EXAMPLES.find((one) => one.id === id) ?? EXAMPLES[0];
  const read = readSite(example.id, example.text);
  if ('site' in read) return read.site;
  throw new Error(`the example \`${example.id}\` is not valid: ${read.faults[0]?.message}`);
}
