/** What only the demo has: choosing who one is, taking keys away, losing the link, and looking into the building. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import { Section, Table } from '../../portal/src/parts.js';
import type { PartProps } from './app.js';
import {
  type DemoPerson,
  type DemoSyncRow,
  demoChange,
  demoPeople,
  demoSync,
} from './demo-calls.js';

/** The part of the page. */
export function DemoPanel(props: PartProps) {
  const { words, view } = props;
  const { labels } = words;
  return (
    <Section title={labels.demo}>
      <p>{labels.demoHelp}</p>
      {view.stage.kind === 'new' && <People {...props} />}
      {view.stage.kind === 'ready' && (
        <>
          <Building {...props} />
          <Anew {...props} />
        </>
      )}
    </Section>
  );
}

/** Everybody one can be: a press enrols this phone with a code of theirs. */
function People({ words, view, phone }: PartProps) {
  const [people, setPeople] = useState<readonly DemoPerson[]>([]);
  useEffect(() => {
    if (phone.demo !== null) void demoPeople(phone.demo).then(setPeople, () => undefined);
  }, [phone]);
  return (
    <>
      <p>{words.labels.demoChoose}</p>
      <ul class="people">
        {people.map(({ id, name, code }) => (
          <li key={id}>
            <button
              type="button"
              aria-disabled={view.asking !== null}
              onClick={() => void phone.enrol(code)}
            >
              {words.labels.demoBe} {name}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What somebody can do to this building that no phone could. */
function Building({ words, view, phone }: PartProps) {
  const { labels } = words;
  const [said, setSaid] = useState('');
  const [rows, setRows] = useState<readonly DemoSyncRow[]>([]);
  const { demo } = phone;
  const person = view.enrolment?.person.id;
  const look = useCallback(async () => {
    if (demo === null) return;
    setRows((await demoSync(demo)).filter(({ holder }) => holder === person));
  }, [demo, person]);
  // The desk learns with every message carried and every list fetched.
  useEffect(() => {
    void look().catch(() => undefined);
  }, [look, view.waiting, view.list]);
  if (demo === null || person === undefined) return null;
  const change = async (what: 'withdraw' | 'give'): Promise<void> => {
    if (await demoChange(demo, what, person)) setSaid(labels.demoDone);
    await look();
  };
  return (
    <>
      <p class="buttons">
        <button type="button" onClick={() => void change('withdraw').catch(() => undefined)}>
          {labels.demoWithdraw}
        </button>
        <button type="button" onClick={() => void change('give').catch(() => undefined)}>
          {labels.demoGive}
        </button>
        <button
          type="button"
          onClick={() => {
            demo.loseLink();
            setSaid(labels.demoLinkLost);
          }}
        >
          {labels.demoLoseLink}
        </button>
      </p>
      <p role="status">{said}</p>
      {rows.length > 0 && (
        <details>
          <summary>{labels.demoSync}</summary>
          <Table
            caption={labels.demoSync}
            heads={[labels.demoDoor, labels.demoSync]}
            rows={rows.map(({ label, knows }) => [
              label,
              knows ? labels.demoKnows : labels.demoKnowsNot,
            ])}
          />
        </details>
      )}
    </>
  );
}

/** Building, desk and phone are erased, and another building is made. */
function Anew({ words, phone }: PartProps) {
  const { demo } = phone;
  if (demo === null) return null;
  const begin = async (): Promise<void> => {
    await phone.forget();
    await demo.forget();
    location.reload();
  };
  return (
    <p>
      <button type="button" onClick={() => void begin().catch(() => undefined)}>
        {words.labels.demoAnew}
      </button>
    </p>
  );
}
