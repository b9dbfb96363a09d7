/** Appending events, against inserting rows of the same shape. */
import { randomUUID } from 'node:crypto';
import type { EventRow } from '../../src/adapters/store/event-rows.js';
import type { SqlDriver } from '../../src/adapters/store/sql.js';
import { sqlStore } from '../../src/adapters/store/sql-store.js';
import type { EventDraft } from '../../src/admin/events/event.js';
import type { Policy } from '../../src/policy/document.js';
import { summarise } from '../statistics.js';
import type { Row } from '../table.js';

const SIZES = [1, 10, 100, 1000];
const EVENTS_OF_ROUND = 2000;
const STATEMENTS_OF_ROUND = 100;

/** One row for each size of a statement. Closes the driver. */
export async function appendRows(name: string, driver: SqlDriver, rounds: number): Promise<Row[]> {
  const store = await sqlStore(driver);
  const policy = { version: 1, organization: { id: 'bench', timeZone: 'UTC', roles: 'kisi' } };
  const site = await store.create(policy as unknown as Policy);
  await makeRawTable(driver);
  const inserts = {
    json: rawJson(driver),
    values: rawValues(driver),
    prepared: rawValues(driver, 'raw values'),
  };
  let count = 0;
  const drafts = (size: number) => Array.from({ length: size }, () => draft(++count));
  const rows: Row[] = [];
  for (const size of SIZES) {
    const statements = Math.min(STATEMENTS_OF_ROUND, Math.ceil(EVENTS_OF_ROUND / size));
    const timed = async (work: (drafts: EventDraft[]) => Promise<unknown>) => {
      const begin = performance.now();
      for (let index = 0; index < statements; index++) await work(drafts(size));
      return ((performance.now() - begin) / (statements * size)) * 1e6;
    };
    const times = {
      json: [] as number[],
      values: [] as number[],
      prepared: [] as number[],
      sealed: [] as number[],
    };
    // The first round warms all.
    for (let round = 0; round <= rounds; round++) {
      const json = await timed(inserts.json);
      const values = await timed(inserts.values);
      const prepared = await timed(inserts.prepared);
      const sealed = await timed((part) => site.append(part));
      if (round === 0) continue;
      times.json.push(json);
      times.values.push(values);
      times.prepared.push(prepared);
      times.sealed.push(sealed);
    }
    const share = (raw: readonly number[]) =>
      summarise(raw.map((time, index) => time / (times.sealed[index] as number))).median;
    rows.push({
      name: `${name}, ${size}`,
      values: summarise(times.values).median,
      prepared: summarise(times.prepared).median,
      json: summarise(times.json).median,
      sealed: summarise(times.sealed).median,
      shareOfValues: share(times.values),
      shareOfPrepared: share(times.prepared),
      shareOfJson: share(times.json),
    });
  }
  await store.close();
  return rows;
}

async function makeRawTable(driver: SqlDriver): Promise<void> {
  const connection = await driver.connect();
  await connection.query('CREATE SCHEMA raw');
  await connection.query('CREATE TABLE raw.event (LIKE doorwright.event INCLUDING ALL)');
  connection.release(false);
}

const COLUMNS = Object.keys(rawRow(draft(0), 0));
const INTO = `INSERT INTO raw.event (organization, ${COLUMNS.join(', ')})`;
let rawCount = 0;

/** What everybody writes: a list of VALUES, each bound. With a name the statement is kept prepared, one for each size. */
function rawValues(driver: SqlDriver, name?: string): (drafts: EventDraft[]) => Promise<void> {
  return async (drafts) => {
    const connection = await driver.connect();
    const values = drafts.flatMap((each) => Object.values(rawRow(each, ++rawCount)));
    const tuples = drafts.map((_, row) => {
      const places = COLUMNS.map((_, column) => `$${row * COLUMNS.length + column + 1}`);
      return `(1, ${places.join(', ')})`;
    });
    const text = `${INTO} VALUES ${tuples.join(', ')}`;
    await connection.query(text, values, name && `${name} ${drafts.length}`);
    connection.release(false);
  };
}

/** The fastest way we know, by which the store writes too. */
function rawJson(driver: SqlDriver): (drafts: EventDraft[]) => Promise<void> {
  const typed = COLUMNS.map((name) => `${name} ${typeOf(name)}`).join(', ');
  const text = `${INTO} SELECT 1, ${COLUMNS.map((name) => `e.${name}`).join(', ')}
    FROM json_to_recordset($1::json) AS e(${typed})`;
  return async (drafts) => {
    const connection = await driver.connect();
    const rows = drafts.map((each) => rawRow(each, ++rawCount));
    await connection.query(text, [JSON.stringify(rows)], 'raw');
    connection.release(false);
  };
}

function rawRow(event: EventDraft, seq: number): EventRow {
  const { id, type, time, outcome, object, place, reason, data, personal } = event;
  const anyHash = id.replaceAll('-', '').repeat(2);
  return {
    log: 1,
    seq,
    id,
    type,
    time,
    outcome,
    content: JSON.stringify({ data, object, place, reason, salt: anyHash.slice(32) }),
    personal: JSON.stringify(personal),
    salt: anyHash.slice(32),
    content_hash: anyHash,
    commitment: anyHash,
    hash: anyHash,
    object: JSON.stringify([object.type, object.id]),
    place: JSON.stringify(place),
    reason: JSON.stringify(reason),
    actor: null,
    subject: JSON.stringify([personal?.subject?.type, personal?.subject?.id]),
    latest: time,
    astray: false,
  };
}

function typeOf(column: string): string {
  const types: Record<string, string> = { log: 'smallint', seq: 'bigint', astray: 'boolean' };
  return types[column] ?? 'text';
}

function draft(number: number): EventDraft {
  return {
    log: 'access',
    id: randomUUID(),
    type: 'doorwright.door.opened',
    time: new Date(1.7e12 + number * 1000).toISOString(),
    object: { type: 'door', id: `door-${number % 1000}` },
    place: `place-${number % 20}`,
    outcome: 'permitted',
    reason: 'permitted',
    data: { revision: 12, reader: 'nfc' },
    personal: { subject: { type: 'user', id: `user-${number % 10_007}` } },
  };
}
