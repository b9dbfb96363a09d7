/** The whole page: which part of it there is depends on how far the phone has come. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Language, preferredLanguage } from '../../portal/src/words.js';
import { takeCode } from './code-in-address.js';
import { DemoPanel } from './demo-panel.js';
import { DeskPanel } from './desk-panel.js';
import { EnrolForm } from './enrol-form.js';
import { Forget } from './forget.js';
import { KeyPage } from './key-page.js';
import { keepOffline } from './offline.js';
import { Phone } from './phone.js';
import { FIRST_VIEW, type PhoneView } from './view.js';
import { type Words, wordsOf } from './words.js';

/** What every part of the page is given. */
export interface PartProps {
  readonly words: Words;
  readonly view: PhoneView;
  readonly phone: Phone;
}

/** The page. */
export function App() {
  const [view, setView] = useState(FIRST_VIEW);
  const [phone] = useState(() => new Phone(takeCode(), setView));
  const [language, setLanguage] = useState<Language>(() => preferredLanguage(navigator.languages));
  const [useUpdate, setUpdate] = useState<{ readonly run: () => void }>();
  const words = wordsOf(language);

  useEffect(() => {
    const refresh = (): void => void phone.refresh();
    const offer = (): void => phone.offer(takeCode());
    addEventListener('online', refresh);
    addEventListener('hashchange', offer);
    void phone.start();
    void keepOffline((run) => setUpdate({ run }));
    return () => {
      removeEventListener('online', refresh);
      removeEventListener('hashchange', offer);
    };
  }, [phone]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = words.labels.title;
  }, [language, words]);

  const { kind } = view.stage;
  const before = useRef(kind);
  useEffect(() => {
    // What had the focus is gone with its part of the page.
    if (before.current !== kind && before.current !== 'starting') {
      document.getElementById('content')?.focus();
    }
    before.current = kind;
  }, [kind]);

  const { labels } = words;
  const { enrolment } = view;
  const props: PartProps = { words, view, phone };
  return (
    <>
      <button
        type="button"
        class="skip"
        onClick={() => document.getElementById('content')?.focus()}
      >
        {labels.skip}
      </button>
      <header>
        <div class="bar">
          <p class="brand">
            <img src="./key.svg" alt="" width="24" height="24" />
            <strong>{labels.title}</strong>{' '}
            {enrolment !== null && (
              <span>
                {enrolment.person.name}, {enrolment.site.name}
              </span>
            )}
          </p>
          <button
            type="button"
            lang={language === 'de' ? 'en' : 'de'}
            onClick={() => setLanguage(language === 'de' ? 'en' : 'de')}
          >
            {labels.language}
          </button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <div role="status">
          {useUpdate !== undefined && (
            <p class="notice">
              {labels.update}{' '}
              <button type="button" onClick={useUpdate.run}>
                {labels.updateNow}
              </button>
            </p>
          )}
        </div>
        <Body {...props} />
      </main>
    </>
  );
}

function Body(props: PartProps) {
  const { words, view } = props;
  const { labels, stops } = words;
  const { stage } = view;
  switch (stage.kind) {
    case 'starting':
    case 'elsewhere':
      return (
        <>
          <h1>{labels.keys}</h1>
          <p role="status" data-code={stage.kind}>
            {labels[stage.kind]}
          </p>
        </>
      );
    case 'stopped':
      return (
        <>
          <h1>{labels.keys}</h1>
          <p role="alert" data-code={stage.why}>
            {stops[stage.why]}
          </p>
          {stage.why === 'pins_damaged' && <Forget {...props} />}
        </>
      );
    case 'new':
      return (
        <>
          <h1>{labels.enrol}</h1>
          {view.isDemo && <DemoPanel {...props} />}
          <EnrolForm {...props} code={stage.code} />
        </>
      );
    case 'ready':
      return (
        <>
          <KeyPage {...props} />
          {view.isDemo && <DemoPanel {...props} />}
          <DeskPanel {...props} />
        </>
      );
    default:
      return stage satisfies never;
  }
}
