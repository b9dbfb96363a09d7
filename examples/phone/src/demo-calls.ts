/** What the page asks a desk of the demo beyond what a phone asks: who could one be, and what do the locks know. */
import * as v from 'valibot';
import type { Demo } from './demo/demo.js';

/** Somebody one can be. */
export type DemoPerson = v.InferOutput<typeof PERSON>;

/** What a lock knows of one right. */
export type DemoSyncRow = v.InferOutput<typeof SYNC_ROW>;

/** Everybody with a key to a lock of the demo, each with a fresh code; none when the desk does not tell. */
export async function demoPeople(demo: Demo): Promise<readonly DemoPerson[]> {
  return (await get(demo, 'demo', v.object({ people: v.array(PERSON) })))?.people ?? [];
}

/** What the locks know. */
export async function demoSync(demo: Demo): Promise<readonly DemoSyncRow[]> {
  return (await get(demo, 'demo/sync', v.object({ rows: v.array(SYNC_ROW) })))?.rows ?? [];
}

/** Takes somebody's keys or gives them back. @returns whether the desk did. */
export async function demoChange(
  demo: Demo,
  change: 'withdraw' | 'give',
  person: string,
): Promise<boolean> {
  const response = await demo.fetch(`./api/demo/${change}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
  });
  return response.ok;
}

const PERSON = v.object({ id: v.string(), name: v.string(), code: v.string() });
const SYNC_ROW = v.object({
  door: v.string(),
  label: v.string(),
  permission: v.string(),
  holder: v.string(),
  knows: v.boolean(),
});

async function get<Schema extends v.GenericSchema>(
  demo: Demo,
  call: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | undefined> {
  const response = await demo.fetch(`./api/${call}`, { method: 'GET' });
  const parsed = v.safeParse(schema, await response.json());
  return parsed.success ? parsed.output : undefined;
}
