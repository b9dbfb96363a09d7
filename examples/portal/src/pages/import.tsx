/** People and cards from a file: how it is read, what it would change, and taking it in. */
import type { CardField, ImportKind, UserField } from 'doorwright/admin';
import type { ImportHead, ImportOptions, ImportProgress, Separator } from 'doorwright/site';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { PageProps } from '../app.js';
import { fileSource, SOURCE_BYTES_MAX, type Source, textSource } from '../import-source.js';
import { Section, Select, Table, Tick } from '../parts.js';
import { openSiteView } from '../site-view.js';
import type { Site } from '../sites.js';
import { type ImportWords, importWords } from '../words-import.js';
import { ImportReportView, type Outcome } from './import-report.js';

type Encoding = NonNullable<ImportOptions['encoding']>;
const ENCODINGS: readonly Encoding[] = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'];
const SEPARATORS: readonly Separator[] = [',', ';', '\t', '|'];
const FIELDS: Readonly<Record<ImportKind, readonly (UserField | CardField)[]>> = {
  users: ['id', 'email', 'name', 'givenName', 'familyName', 'segment', 'active', 'groups'],
  cards: ['number', 'user', 'email', 'kind', 'state'],
};

/** How somebody says a file is to be read; empty is found out. */
interface Reading {
  readonly encoding: Encoding | '';
  readonly separator: Separator | '';
  readonly columns: Readonly<Record<string, UserField | CardField | null>>;
}
const FOUND_OUT: Reading = { encoding: '', separator: '', columns: {} };

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy'; readonly progress: ImportProgress | undefined }
  | { readonly kind: 'ended'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly why: string };

/** A file, from choosing it to the policy that it gives. */
export function ImportPage({ words, site, parameters, set, use }: PageProps) {
  const said = importWords(words.language);
  const { labels } = said;
  const kind: ImportKind = parameters['kind'] === 'cards' ? 'cards' : 'users';
  const [source, setSource] = useState<Source | undefined>(undefined);
  const [text, setText] = useState('');
  const [reading, setReading] = useState(FOUND_OUT);
  const [head, setHead] = useState<ImportHead | undefined>(undefined);
  const [skipWrong, setSkipWrong] = useState(false);
  const [state, setState] = useState<State>({ kind: 'idle' });
  const running = useRef<AbortController | undefined>(undefined);
  const isServed = useServed(site);
  useEffect(() => () => running.current?.abort(), []);

  // What the file says, as soon as there is one, and again when somebody says how to read it.
  useEffect(() => {
    setState({ kind: 'idle' });
    setHead(undefined);
    if (source === undefined || source.bytes > SOURCE_BYTES_MAX) return;
    const control = new AbortController();
    import('../import-copy.js')
      .then(({ importHead }) =>
        importHead(kind, { ...optionsOf(source, reading), signal: control.signal }),
      )
      .then(
        (read) => !control.signal.aborted && setHead(read),
        (error) => !control.signal.aborted && setState({ kind: 'failed', why: String(error) }),
      );
    return () => control.abort();
  }, [source, reading, kind]);

  const isBusy = state.kind === 'busy';
  const take = (next: Source | undefined, pasted: string): void => {
    // A file that is dropped meanwhile: what runs is to be cancelled first.
    if (isBusy) return;
    setSource(next);
    setText(pasted);
    setReading(FOUND_OUT);
  };
  const run = (isReal: boolean): void => {
    if (source === undefined) return;
    const control = new AbortController();
    running.current?.abort();
    running.current = control;
    const tell = (next: State): void => {
      if (running.current === control) setState(next);
    };
    tell({ kind: 'busy', progress: undefined });
    const options: ImportOptions = {
      ...optionsOf(source, reading),
      ...{ skipWrong, signal: control.signal },
      onProgress: (progress) => tell({ kind: 'busy', progress }),
    };
    (isReal ? taken(site, kind, options) : tried(site, kind, options)).then(
      (outcome) => tell({ kind: 'ended', outcome }),
      (error) => tell({ kind: 'failed', why: String(error) }),
    );
  };
  const canRun = source !== undefined && head !== undefined && head.issues.length === 0 && !isBusy;
  return (
    <>
      <p>{isServed ? labels.served : labels.help}</p>
      <fieldset disabled={isBusy}>
        <Choose
          said={said}
          kind={kind}
          text={text}
          source={source}
          onKind={(next) => set({ kind: next })}
          onSource={take}
          example={() => exampleOf(kind, site)}
        />
        {source !== undefined && source.bytes > SOURCE_BYTES_MAX && (
          <p role="alert">{labels.tooLarge}</p>
        )}
        {head !== undefined && (
          <Reader said={said} kind={kind} head={head} reading={reading} onReading={setReading} />
        )}
        {head !== undefined && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (canRun) run(false);
            }}
          >
            <Tick label={labels.skipWrong} checked={skipWrong} onChange={setSkipWrong} />
            <p class="tools">
              <button type="submit" disabled={!canRun}>
                {labels.check}
              </button>{' '}
              {!isServed && (
                <button type="button" disabled={!canRun} onClick={() => run(true)}>
                  {labels.take}
                </button>
              )}
            </p>
          </form>
        )}
      </fieldset>
      {isBusy && (
        <Busy said={said} progress={state.progress} cancel={() => running.current?.abort()} />
      )}
      <div role="status">
        {state.kind === 'failed' && (
          <p>
            {labels.failed} {state.why}
          </p>
        )}
        {state.kind === 'ended' && (
          <ImportReportView words={words} said={said} outcome={state.outcome} use={use} />
        )}
      </div>
    </>
  );
}

/** Where the file comes from: chosen, dropped, pasted or made up. */
function Choose(props: {
  readonly said: ImportWords;
  readonly kind: ImportKind;
  readonly text: string;
  readonly source: Source | undefined;
  readonly onKind: (kind: string) => void;
  readonly onSource: (source: Source | undefined, pasted: string) => void;
  readonly example: () => string;
}) {
  const { said, kind, text, source, onKind, onSource, example } = props;
  const { labels } = said;
  const id = useId();
  const choose = (files: FileList | null | undefined): void => {
    const file = files?.[0];
    if (file !== undefined) onSource(fileSource(file), '');
  };
  return (
    <form class="question" onSubmit={(event) => event.preventDefault()}>
      <Select
        label={labels.kind}
        value={kind}
        choices={(['users', 'cards'] as const).map((value) => ({ value, text: labels[value] }))}
        onChoose={onKind}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the field within does the same by keyboard */}
      <div
        class="field drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          choose(event.dataTransfer?.files);
        }}
      >
        <label for={`${id}-file`}>{labels.file}</label>
        <input
          id={`${id}-file`}
          type="file"
          accept=".csv,.txt,.tsv,text/csv,text/plain"
          onChange={(event) => choose(event.currentTarget.files)}
        />
        <span class="quiet">{source?.name || labels.drop}</span>
      </div>
      <p class="field paste">
        <label for={`${id}-text`}>{labels.paste}</label>
        <textarea
          id={`${id}-text`}
          class="editor pasted"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget: { value } }) =>
            onSource(value === '' ? undefined : textSource(value), value)
          }
        />
      </p>
      <p class="field steps">
        <button
          type="button"
          onClick={() => {
            const made = example();
            onSource(textSource(made), made);
          }}
        >
          {labels.example}
        </button>
      </p>
    </form>
  );
}

/** What was found out about the file, to be said otherwise. */
function Reader(props: {
  readonly said: ImportWords;
  readonly kind: ImportKind;
  readonly head: ImportHead;
  readonly reading: Reading;
  readonly onReading: (reading: Reading) => void;
}) {
  const { said, kind, head, reading, onReading } = props;
  const { labels } = said;
  const found = (value: string): string => `${value} (${labels.foundOut})`;
  return (
    <Section title={labels.reading}>
      <div class="question">
        <Select
          label={labels.encoding}
          value={reading.encoding}
          choices={[
            { value: '', text: found(head.encoding) },
            ...ENCODINGS.map((value) => ({ value, text: value })),
          ]}
          onChoose={(encoding) => onReading({ ...reading, encoding: encoding as Encoding | '' })}
        />
        <Select
          label={labels.separator}
          value={reading.separator}
          choices={[
            { value: '', text: found(said.separators[head.separator]) },
            ...SEPARATORS.map((value) => ({ value, text: said.separators[value] })),
          ]}
          onChoose={(separator) =>
            onReading({ ...reading, separator: separator as Separator | '' })
          }
        />
      </div>
      {head.headings.length > 0 && (
        <Table
          caption={labels.columns}
          heads={[labels.heading, labels.means, labels.firstRows]}
          rows={head.headings.map(({ heading, field }, index) => [
            heading,
            <select
              key={`${index} ${heading}`}
              aria-label={`${labels.means}: ${heading}`}
              value={field ?? ''}
              onChange={({ currentTarget: { value } }) =>
                onReading({
                  ...reading,
                  columns: {
                    ...reading.columns,
                    [heading]: value === '' ? null : (value as UserField | CardField),
                  },
                })
              }
            >
              <option value="">{labels.leftOut}</option>
              {FIELDS[kind].map((one) => (
                <option key={one} value={one}>
                  {said.fields[one]}
                </option>
              ))}
            </select>,
            head.rows
              .map(({ cells }) => cells[index])
              .filter(Boolean)
              .join(' · '),
          ])}
        />
      )}
      <div role="alert">
        {head.issues.length > 0 && (
          <ul class="faults">
            {head.issues.map(({ code, line, column, message }) => (
              <li key={`${code} ${column} ${message}`}>
                {line === 0 ? labels.wholeFile : `${labels.line} ${line}`}: {said.codes[code]}{' '}
                <span class="quiet">({message})</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Section>
  );
}

function Busy(props: {
  readonly said: ImportWords;
  readonly progress: ImportProgress | undefined;
  readonly cancel: () => void;
}) {
  const { said, progress, cancel } = props;
  const { bytes = 0, bytesTotal, phase = 'reading', line = 0 } = progress ?? {};
  return (
    <p class="going">
      <progress
        aria-label={said.phases[phase]}
        {...(bytesTotal === undefined ? {} : { value: bytes / Math.max(1, bytesTotal) })}
      />{' '}
      <span>
        {said.phases[phase]}
        {line > 0 && ` · ${said.labels.line} ${line}`}
      </span>{' '}
      <button type="button" onClick={cancel}>
        {said.labels.cancel}
      </button>
    </p>
  );
}

/** Tries a file on a copy of the site as it now is. */
async function tried(site: Site, kind: ImportKind, options: ImportOptions): Promise<Outcome> {
  const { tryImport } = await import('../import-copy.js');
  const text = (await openSiteView(site))?.intake?.policyText();
  const policy = text === undefined ? site.policy : JSON.parse(text);
  const { run, before, after } = await tryImport(policy, kind, options);
  return { isReal: false, run, before, after };
}

/** Takes a file into the site in this page. */
async function taken(site: Site, kind: ImportKind, options: ImportOptions): Promise<Outcome> {
  const intake = (await openSiteView(site))?.intake;
  if (intake === undefined) throw new TypeError('this site takes nothing in');
  const before = JSON.parse(intake.policyText());
  const run = await intake.importFile(kind, options);
  return { isReal: true, run, before, after: JSON.parse(intake.policyText()) };
}

/** Whether a server's site stands behind the policy, which nothing is written to from here. */
function useServed(site: Site): boolean {
  const [isServed, setServed] = useState(false);
  useEffect(() => {
    let isOver = false;
    openSiteView(site).then(
      (view) => !isOver && setServed(view?.intake === undefined),
      // Without its site the page still tries files on a copy.
      () => !isOver && setServed(true),
    );
    return () => {
      isOver = true;
    };
  }, [site]);
  return isServed;
}

function optionsOf(
  { file }: Source,
  { encoding, separator, columns }: Reading,
): Pick<ImportOptions, 'file' | 'columns' | 'encoding' | 'separator'> {
  return {
    file,
    columns: columns as NonNullable<ImportOptions['columns']>,
    ...(encoding === '' ? {} : { encoding }),
    ...(separator === '' ? {} : { separator }),
  };
}

/** A file with two rows that are right and two that are not. */
function exampleOf(kind: ImportKind, { policy }: Site): string {
  const group = policy.groups?.[0]?.id ?? '';
  const [one, other] = [policy.users?.[0]?.id ?? '', policy.users?.[1]?.id ?? ''];
  return kind === 'users'
    ? [
        'ID;E-Mail;Vorname;Nachname;Gruppen;Kürzel',
        `ada;ada@example.org;Ada;Lovelace;${group};AL`,
        'bob;bob(at)example.org;Bob;;;B',
        'grace;grace@example.org;Grace;Hopper;no-such-group;GH',
        'mary;mary@example.org;Mary;Shelley;;MS',
        '',
      ].join('\n')
    : [
        'Kartennummer;Inhaber;Status',
        `0047 11;${one};aktiv`,
        '0047 12;nobody-here;aktiv',
        `0047 11;${other};aktiv`,
        `0047 13;${other};verloren`,
        '',
      ].join('\n');
}
