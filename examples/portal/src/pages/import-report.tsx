/** What an import came to: counts, every wrong row by its line, what changed, and the policy it gives. */
import type { Policy } from 'doorwright';
import type { PageProps } from '../app.js';
import { type Ended, importVerdict } from '../import-verdict.js';
import { Section, Table } from '../parts.js';
import { policyChanges } from '../policy-changes.js';
import { saveText } from '../save.js';
import { OWN, readSite } from '../sites.js';
import type { Words } from '../words.js';
import type { ImportWords } from '../words-import.js';

/** What became of a file, on a copy or for good. */
export interface Outcome extends Ended {
  readonly before: Policy;
  readonly after: Policy;
}

/** Lines shown of each list; all are counted. */
const LINES_MAX = 200;

/** The report. */
export function ImportReportView(props: {
  readonly words: Words;
  readonly said: ImportWords;
  readonly outcome: Outcome;
  readonly use: PageProps['use'];
}) {
  const { words, said, outcome, use } = props;
  const { labels } = said;
  const { run, isReal, before, after } = outcome;
  const { report } = run;
  const changes = policyChanges(before, after);
  const { created, updated, unchanged, wrong, rows, issues, issueCount, ignored } = report;
  const text = JSON.stringify(after, undefined, 2);
  const useIt = (): void => {
    const read = readSite(OWN, text);
    if ('site' in read) use(read.site);
  };
  return (
    <>
      <p>
        <strong>{importVerdict(said, outcome, changes.length > 0)}</strong>
      </p>
      <p class="counts">
        {labels.rows}: {rows} · {labels.created} {created} · {labels.updated} {updated} ·{' '}
        {labels.unchanged} {unchanged} · {labels.wrong} {wrong}
        {ignored.length > 0 && ` · ${labels.ignored}: ${ignored.join(', ')}`}
        {report.resumedAfter !== undefined && ` · ${labels.resumed} ${report.resumedAfter}`}
      </p>
      <Section title={labels.issues}>
        {issues.length === 0 ? (
          <p>{labels.noIssues}</p>
        ) : (
          <Table
            caption={labels.issues}
            heads={[labels.line, labels.column, labels.problem, labels.detail]}
            rows={issues.slice(0, LINES_MAX).map(({ code, line, column, field, message }) => [
              line === 0 ? labels.wholeFile : String(line),
              column === undefined ? '–' : `${column}${field === undefined ? '' : ` (${field})`}`,
              said.codes[code],
              <span key="message" class="quiet">
                {message} <code>{code}</code>
              </span>,
            ])}
          />
        )}
        {issueCount > Math.min(issues.length, LINES_MAX) && (
          <p>
            … {issueCount - Math.min(issues.length, LINES_MAX)} {labels.more}
          </p>
        )}
      </Section>
      <Section title={labels.changes}>
        {changes.length === 0 ? (
          <p>{labels.noChanges}</p>
        ) : (
          <ul class="lines changed">
            {changes.slice(0, LINES_MAX).map(({ collection, id, isNew, what }) => (
              <li key={`${collection} ${id}`}>
                <span aria-hidden="true">{isNew ? '+' : '~'}</span> {words.kinds[KINDS[collection]]}{' '}
                <strong>{id}</strong> {isNew ? labels.isNew : labels.isChanged}:{' '}
                <span class="when">{what}</span>
              </li>
            ))}
          </ul>
        )}
        {changes.length > LINES_MAX && (
          <p>
            … {changes.length - LINES_MAX} {labels.more}
          </p>
        )}
      </Section>
      {changes.length > 0 && (
        <p class="tools">
          <button
            type="button"
            onClick={() => saveText(`${text}\n`, 'application/json', 'policy.json')}
          >
            {labels.download}
          </button>{' '}
          {isReal && (
            <button type="button" onClick={useIt}>
              {labels.use}
            </button>
          )}
        </p>
      )}
    </>
  );
}

const KINDS = {
  users: 'user',
  credentials: 'credential',
  assignments: 'access_right',
  teams: 'team',
} as const;
