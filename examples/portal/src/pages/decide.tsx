/** One question, its answer, and how the answer comes about. */
import type { AccessRequest, Facts } from 'doorwright';
import { useState } from 'preact/hooks';
import { writeAddress } from '../address.js';
import type { PageProps } from '../app.js';
import { devicesOf, positionOf, readersOf } from '../at-hand.js';
import { factsIn, MoreFacts } from '../more-facts.js';
import {
  chosen,
  entityOf,
  Field,
  openables,
  Section,
  Select,
  subjects,
  Table,
  Tick,
} from '../parts.js';
import { type Site, zoneAt } from '../sites.js';
import { instantOf, secondInstantOf, wallTime, wallWords } from '../wall-clock.js';
import { sentence, type Words } from '../words.js';
import { questionWords } from '../words-questions.js';

const METHODS = ['remote', 'tap', 'card', 'qr'];

/** Asks the engine, and shows what it says. */
export function DecidePage({ words, site, parameters, set }: PageProps) {
  const people = subjects(site);
  const doors = openables(site);
  const subject = chosen(people, parameters['who']);
  const resource = chosen(doors, parameters['door']);
  const { type, id } = entityOf(resource);
  const timeZone = zoneAt(site, type, id);
  const now = useState(() => Date.now())[0];
  const first = instantOf(parameters['at'] ?? '', timeZone);
  const second = secondInstantOf(parameters['at'] ?? '', timeZone);
  const isSecond = second !== undefined && parameters['again'] === 'yes';
  const time = Number.isNaN(first) ? now : isSecond ? second : first;
  const readers = readersOf(site, type, id);
  const devices = devicesOf(site, subject);
  const request = requestOf(site, { ...parameters, who: subject, door: resource }, time);
  const { labels } = words;
  const said = questionWords(words.language);
  // Whoever opens it later, or from elsewhere, is to see the same.
  const at = wallTime(time, timeZone);
  const same = { site: site.id, ...parameters, who: subject, door: resource, at };
  const address = writeAddress({ page: 'decide', parameters: same });
  return (
    <>
      <form class="question" onSubmit={(event) => event.preventDefault()}>
        <Select
          label={labels.who}
          value={subject}
          choices={people}
          onChoose={(who) => set({ who, device: '' })}
        />
        <Select
          label={labels.door}
          value={resource}
          choices={doors}
          onChoose={(door) => set({ door, reader: '' })}
        />
        <Field
          label={`${labels.time} (${timeZone})`}
          type="datetime-local"
          value={at}
          // Somebody is still typing while it is no time.
          onInput={(typed) =>
            !Number.isNaN(instantOf(typed, timeZone)) && set({ at: typed, again: '' })
          }
        />
        {second !== undefined && (
          <Select
            label={said.whichTime}
            value={isSecond ? 'yes' : ''}
            choices={[
              { value: '', text: said.firstTime },
              { value: 'yes', text: said.secondTime },
            ]}
            onChoose={(again) => set({ again })}
          />
        )}
        <Select
          label={labels.method}
          value={parameters['method'] ?? METHODS[0] ?? ''}
          choices={METHODS.map((value) => ({ value, text: value }))}
          onChoose={(method) => set({ method })}
        />
        <Select
          label={labels.reader}
          value={chosen([{ value: '', text: '' }, ...readers], parameters['reader'])}
          choices={[{ value: '', text: labels.noReader }, ...readers]}
          onChoose={(reader) => set({ reader })}
        />
        <Select
          label={labels.device}
          value={chosen([{ value: '', text: '' }, ...devices], parameters['device'])}
          choices={[{ value: '', text: labels.noDevice }, ...devices]}
          onChoose={(device) => set({ device })}
        />
        <Select
          label={labels.position}
          value={parameters['position'] ?? ''}
          choices={[
            { value: '', text: labels.noPosition },
            { value: 'here', text: labels.atTheDoor },
            { value: 'away', text: labels.farAway },
          ]}
          onChoose={(position) => set({ position })}
        />
        <Tick
          label={labels.secondFactor}
          checked={parameters['factor'] === 'yes'}
          onChange={(checked) => set({ factor: checked ? 'yes' : '' })}
        />
        <MoreFacts
          said={said}
          value={parameters['facts'] ?? ''}
          onInput={(facts) => set({ facts })}
        />
      </form>
      <Answer words={words} site={site} request={request} timeZone={timeZone} address={address} />
    </>
  );
}

function Answer(props: {
  readonly words: Words;
  readonly site: Site;
  readonly request: AccessRequest;
  readonly timeZone: string;
  readonly address: string;
}) {
  const { words, site, request, timeZone, address } = props;
  const { labels } = words;
  const explanation = site.engine.explain(request);
  const { decision, context } = explanation.decision;
  const until = site.engine.validUntil(request);
  const when = (text: string): string => wallWords(Date.parse(text), timeZone, words.language);
  return (
    <>
      <section
        class={decision ? 'answer permitted' : 'answer refused'}
        aria-live="polite"
        aria-atomic="true"
      >
        <h2>
          <span aria-hidden="true">{decision ? '✓' : '✗'}</span>{' '}
          {decision ? labels.permitted : labels.refused}
        </h2>
        <ul>
          {context.reasons.map((reason) => (
            <li key={`${reason.code} ${reason.at.id}`}>
              {sentence(words, reason)} <code>{reason.code}</code>
            </li>
          ))}
        </ul>
        {context.grants.length > 0 && (
          <p>
            {labels.grantedBy}:{' '}
            {context.grants.map((grant) => (
              <code key={grant}>{grant}</code>
            ))}
          </p>
        )}
        <p>{until === null ? labels.forever : `${labels.staysSo} ${when(until)}.`}</p>
        {explanation.nearestMiss === null && <p>{labels.noMiss}</p>}
        {explanation.nearestMiss && (
          <>
            <p>{labels.nearest}:</p>
            <ul>
              {Object.entries(explanation.nearestMiss.change).map(([fact, value]) => (
                <li key={fact}>
                  {words.facts[fact] ?? fact}:{' '}
                  {fact === 'time' ? when(String(value)) : <code>{JSON.stringify(value)}</code>}
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <Section title={labels.clauses}>
        <ol class="clauses">
          {explanation.clauses.map(({ clause, outcome, reasons }) => (
            <li key={clause} class={outcome}>
              <code>{clause}</code> {words.clauses[clause] ?? ''}:{' '}
              <strong>{words.outcomes[outcome]}</strong>
              {reasons.length > 0 && (
                <span> – {reasons.map((reason) => sentence(words, reason)).join('; ')}</span>
              )}
            </li>
          ))}
        </ol>
      </Section>
      <Section title={labels.assignments}>
        {explanation.assignments.length === 0 ? (
          <p>{labels.noAssignments}</p>
        ) : (
          <Table
            caption={labels.assignments}
            heads={['id', labels.role, labels.scope, labels.status]}
            rows={explanation.assignments.map((trace) => [
              <code key="id">{trace.assignment}</code>,
              trace.role,
              `${words.kinds[trace.scope.type] ?? trace.scope.type} ${trace.scope.id}${trace.via === undefined ? '' : ` (${labels.via} ${trace.via})`}`,
              [
                words.fates[trace.outcome],
                ...trace.reasons.map((reason) => sentence(words, reason)),
              ].join('; '),
            ])}
          />
        )}
      </Section>
      <Section title={labels.request}>
        <Permalink words={words} address={address} />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
        <pre tabIndex={0}>{JSON.stringify(request, undefined, 2)}</pre>
      </Section>
    </>
  );
}

function Permalink(props: { readonly words: Words; readonly address: string }) {
  const { labels } = props.words;
  const [isCopied, setCopied] = useState(false);
  return (
    <p>
      <a href={props.address}>{labels.permalink}</a>{' '}
      <button
        type="button"
        onClick={() =>
          void navigator.clipboard
            .writeText(new URL(props.address, location.href).href)
            .then(() => setCopied(true))
        }
      >
        {labels.copy}
      </button>{' '}
      <span role="status">{isCopied ? labels.copied : ''}</span>
    </p>
  );
}

/** The question that parameters of an address stand for. */
function requestOf(
  site: Site,
  parameters: Readonly<Record<string, string>>,
  time: number,
): AccessRequest {
  const subject = entityOf(parameters['who'] ?? '');
  const resource = entityOf(parameters['door'] ?? '');
  const { method, reader, device, position, factor, facts } = parameters;
  const location = position ? positionOf(site, resource.id, position) : undefined;
  const context: Facts = {
    ...factsIn(facts ?? ''),
    time: new Date(time).toISOString(),
    ...(method && method !== 'remote' ? { method } : {}),
    ...(reader ? { reader } : {}),
    ...(device ? { device } : {}),
    ...(factor === 'yes' ? { secondFactor: true } : {}),
    ...(location === undefined ? {} : { location }),
  };
  const action = { name: resource.type === 'door' ? 'unlock' : 'get_access' };
  return { subject, action, resource, context };
}
