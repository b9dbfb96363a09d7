/** A policy in tables: a row for each element, read back as a document. */
import type { Changes } from '../../policy/changes.js';
import { COLLECTIONS, type Policy } from '../../policy/document.js';
import { parsed } from './parsed.js';
import type { SqlRunner } from './sql.js';

/** Elements of one statement. Bounds what one statement takes of memory on both sides, and of time. */
const STATEMENT_ELEMENTS = 5_000;

/** Where a policy lies. */
export interface PolicyPlace {
  /** Quoted. */
  readonly schema: string;
  /** Of the organisation, in the tables. */
  readonly number: number;
}

/** Writes all elements of a policy, of which there is none yet. */
export async function insertPolicy(
  sql: SqlRunner,
  place: PolicyPlace,
  policy: Policy,
): Promise<void> {
  for (const collection of COLLECTIONS) {
    await putElements(sql, place, collection, policy[collection] ?? []);
  }
}

/** Writes a change: elements, and the header where it is replaced. */
export async function applyChanges(
  sql: SqlRunner,
  place: PolicyPlace,
  { organization, put, remove }: Changes,
): Promise<void> {
  const { schema, number } = place;
  if (organization !== undefined) {
    const text = `UPDATE ${schema}.organization SET header = $2 WHERE number = $1`;
    await sql.query(text, [number, JSON.stringify(organization)]);
  }
  for (const collection of COLLECTIONS) {
    await putElements(sql, place, collection, put?.[collection] ?? []);
    const gone = remove?.[collection] ?? [];
    for (let start = 0; start < gone.length; start += STATEMENT_ELEMENTS) {
      const ids = gone.slice(start, start + STATEMENT_ELEMENTS);
      await sql.query(
        `DELETE FROM ${schema}.element WHERE organization = $1 AND collection = $2
         AND id IN (SELECT json_array_elements_text($3::json))`,
        [number, collection, JSON.stringify(ids)],
      );
    }
  }
}

/** The document, elements by ascending id. Consistent in a transaction of kind `snapshot`. */
export async function readPolicy(sql: SqlRunner, place: PolicyPlace): Promise<Policy> {
  const { schema, number } = place;
  const [row] = await sql.query(
    `SELECT revision, header FROM ${schema}.organization WHERE number = $1`,
    [number],
  );
  const policy: Record<string, unknown> = {
    version: 1,
    revision: Number(row?.['revision']),
    organization: parsed(row?.['header'], 'the header of an organisation'),
  };
  for (const collection of COLLECTIONS) {
    const elements = await readCollection(sql, place, collection);
    if (elements.length > 0) policy[collection] = elements;
  }
  return policy as unknown as Policy;
}

async function readCollection(
  sql: SqlRunner,
  { schema, number }: PolicyPlace,
  collection: string,
): Promise<readonly unknown[]> {
  const elements: unknown[] = [];
  let after = '';
  for (;;) {
    const rows = await sql.query(
      `SELECT id, body FROM ${schema}.element
       WHERE organization = $1 AND collection = $2 AND id > $3 ORDER BY id LIMIT $4`,
      [number, collection, after, STATEMENT_ELEMENTS],
    );
    for (const { body } of rows) elements.push(parsed(body, 'an element of a policy'));
    const last = rows.at(-1);
    if (last === undefined || rows.length < STATEMENT_ELEMENTS) return elements;
    after = last['id'] as string;
  }
}

async function putElements(
  sql: SqlRunner,
  { schema, number }: PolicyPlace,
  collection: string,
  elements: readonly { readonly id: string }[],
): Promise<void> {
  for (let start = 0; start < elements.length; start += STATEMENT_ELEMENTS) {
    const rows = elements
      .slice(start, start + STATEMENT_ELEMENTS)
      .map((element) => ({ id: element.id, body: JSON.stringify(element) }));
    await sql.query(
      `INSERT INTO ${schema}.element (organization, collection, id, body)
       SELECT $1::integer, $2::text, e.id, e.body
       FROM json_to_recordset($3::json) AS e(id text, body text)
       ON CONFLICT (organization, collection, id) DO UPDATE SET body = excluded.body`,
      [number, collection, JSON.stringify(rows)],
    );
  }
}
