/** The devices of a site and how they fare, and the one list of what is to be done on site. */
import type { DeviceStatus, VisitTask } from 'doorwright/admin';
import type { InventoryEntry } from 'doorwright/site';
import { useEffect, useState } from 'preact/hooks';
import type { PageProps } from '../app.js';
import { type Choice, chosen, Section, Select, Table } from '../parts.js';
import { type Shown, SiteFrame, Untold } from '../site-frame.js';
import type { Inventory, SiteCode } from '../site-view.js';
import { taskWords } from '../task-words.js';
import { wallWords } from '../wall-clock.js';

/** Rows of a list; who has more looks for some of them. */
const ROWS_MAX = 500;

/** Each status by a sign, so that nothing is said by colour alone. */
const SIGNS: Readonly<Record<DeviceStatus, string>> = {
  ok: '✓',
  attention: '!',
  fault: '✗',
  silent: '…',
  unheard: '?',
};

/** Readers, controllers, locks. */
export function InventoryPage(props: PageProps) {
  return (
    <SiteFrame words={props.words} site={props.site}>
      {(shown) => <Devices {...props} {...shown} />}
    </SiteFrame>
  );
}

type Listed =
  | { readonly ok: true; readonly value: Inventory }
  | { readonly ok: false; readonly code: SiteCode; readonly detail: string };

function Devices(props: PageProps & Shown) {
  const { view, said } = props;
  const [listed, setListed] = useState<Listed | undefined>(undefined);
  useEffect(() => {
    let isGone = false;
    const told = (answer: Listed) => isGone || setListed(answer);
    view
      .inventory()
      .then(told, (error) => told({ ok: false, code: 'unreachable', detail: String(error) }));
    return () => {
      isGone = true;
    };
  }, [view]);
  if (listed === undefined) return null;
  if (!listed.ok) return <Untold said={said} why={listed} />;
  const { tasks, devices, isCut } = listed.value;
  const isLong = isCut || tasks.length > ROWS_MAX || devices.length > ROWS_MAX;
  return (
    <>
      {isLong && <p>{said.labels.firstOnly}</p>}
      <ToDo {...props} tasks={tasks} devices={devices} />
      <DeviceList {...props} devices={devices} />
    </>
  );
}

function ToDo(
  props: PageProps &
    Shown & {
      readonly tasks: readonly VisitTask[];
      readonly devices: readonly InventoryEntry[];
    },
) {
  const { words, site, said, tasks, devices } = props;
  const { labels } = said;
  const when = (at: number): string => wallWords(at, site.timeZone, words.language);
  const byId = new Map(devices.map((device) => [device.id, device]));
  return (
    <Section title={labels.toDo}>
      {tasks.length === 0 ? (
        <p>{labels.nothingToDo}</p>
      ) : (
        <>
          <Table
            caption={labels.toDo}
            heads={[labels.where, labels.what, labels.mends]}
            rows={tasks.slice(0, ROWS_MAX).map(({ door, place, items, mends }) => [
              nameOf(props, door, place),
              <ul key="what" class="items">
                {items.map((item) => (
                  <li key={`${item.kind} ${item.device}`}>
                    {taskWords(item, byId.get(item.device ?? ''), said, when)}
                  </li>
                ))}
              </ul>,
              mends === 0 ? '–' : String(mends),
            ])}
          />
          <p class="quiet">
            {labels.mends}: {labels.mendsHelp}.
          </p>
        </>
      )}
    </Section>
  );
}

function DeviceList(props: PageProps & Shown & { readonly devices: readonly InventoryEntry[] }) {
  const { words, said, devices, parameters, set } = props;
  const { labels } = said;
  if (devices.length === 0) {
    return (
      <Section title={labels.devices}>
        <p>{labels.noDevices}</p>
      </Section>
    );
  }
  const kinds = choicesOf(said.devices, labels.all);
  const statuses = choicesOf(said.statuses, labels.all);
  const kind = chosen(kinds, parameters['kind']);
  const status = chosen(statuses, parameters['status']);
  const shown = devices.filter(
    (one) => (kind === '' || one.kind === kind) && (status === '' || one.status === status),
  );
  return (
    <Section title={labels.devices}>
      <form class="question" onSubmit={(event) => event.preventDefault()}>
        <Select
          label={labels.kind}
          value={kind}
          choices={kinds}
          onChoose={(value) => set({ kind: value })}
        />
        <Select
          label={labels.status}
          value={status}
          choices={statuses}
          onChoose={(value) => set({ status: value })}
        />
      </form>
      <p role="status">
        {shown.length === 0 ? labels.noneLike : `${shown.length} ${words.labels.rows}`}
      </p>
      {shown.length > 0 && (
        <div class="wide">
          <Table
            caption={labels.devices}
            heads={[
              labels.device,
              labels.kind,
              labels.where,
              labels.status,
              labels.battery,
              labels.firmware,
              labels.seen,
            ]}
            rows={shown.slice(0, ROWS_MAX).map((device) => deviceRow(device, props))}
          />
        </div>
      )}
    </Section>
  );
}

function deviceRow(device: InventoryEntry, props: PageProps & Shown) {
  const { words, site, said, view } = props;
  const { labels } = said;
  const { id, name, kind, place, door, status, last, firmwareWanted } = device;
  const isOld = firmwareWanted !== undefined && last?.firmware !== firmwareWanted;
  return [
    name === undefined ? id : `${name} (${id})`,
    said.devices[kind],
    nameOf(props, door, place),
    <span key="status" class={`status ${status}`}>
      <span aria-hidden="true">{SIGNS[status]}</span> {said.statuses[status]}
      {last?.fault === undefined ? '' : `: ${last.fault}`}
    </span>,
    last?.battery === undefined ? '–' : `${last.battery} %`,
    [
      last?.firmware ?? '–',
      ...(isOld && last !== undefined ? [labels.shouldBe.replace('@', () => firmwareWanted)] : []),
    ].join(', '),
    last === undefined ? (
      labels.never
    ) : (
      <time key="seen" dateTime={new Date(last.at).toISOString()}>
        {agoWords(view.now() - last.at, words.language, labels.justNow)}
        <span class="quiet"> {wallWords(last.at, site.timeZone, words.language)}</span>
      </time>
    ),
  ];
}

const MINUTE_MS = 60_000;
const UNITS = [
  ['day', 1440 * MINUTE_MS],
  ['hour', 60 * MINUTE_MS],
  ['minute', MINUTE_MS],
] as const;

/** How long ago something was, in its largest whole unit. */
function agoWords(ms: number, language: string, justNow: string): string {
  const [unit, length] = UNITS.find(([, long]) => ms >= long) ?? [undefined, 1];
  if (unit === undefined) return justNow;
  return new Intl.RelativeTimeFormat(language).format(-Math.floor(ms / length), unit);
}

function nameOf(
  { site: { policy } }: Pick<PageProps, 'site'>,
  door: string | undefined,
  place: string | undefined,
): string {
  const id = door ?? place;
  if (id === undefined) return '–';
  const elements = door === undefined ? policy.places : policy.doors;
  const name = elements?.find((element) => element.id === id)?.name;
  // Flats of several houses are called alike.
  return name === undefined ? id : `${name} (${id})`;
}

function choicesOf(texts: Readonly<Record<string, string>>, all: string): readonly Choice[] {
  return [
    { value: '', text: all },
    ...Object.entries(texts).map(([value, text]) => ({ value, text })),
  ];
}
