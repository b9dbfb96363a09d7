// @ts-check
// Calls without a proof, for a desk that is only shown: anybody may be anybody, and take away from anybody.
import { Refusal } from './refusal.mjs';

/** @type {Readonly<Record<string, 'GET' | 'POST'>>} */
export const DEMO_CALLS = {
  demo: 'GET',
  'demo/sync': 'GET',
  'demo/withdraw': 'POST',
  'demo/give': 'POST',
};

/** @param {string} call @param {Record<string, unknown>} content @param {import('./desk.mjs').OpenDesk} desk @returns {Promise<unknown>} */
export async function answerDemo(call, { person }, desk) {
  if (call === 'demo/sync') return { rows: await desk.syncRows() };
  if (call === 'demo') return { people: await peopleWithCodes(desk) };
  if (typeof person !== 'string') throw new Refusal(400, 'body', '`person` is no text');
  try {
    await (call === 'demo/withdraw' ? desk.withdraw(person) : desk.give(person));
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal(404, 'person_unknown', error.message);
    throw error;
  }
  return {};
}

/** Everybody with a right at a door that has a lock, with a new code each. @param {import('./desk.mjs').OpenDesk} desk */
async function peopleWithCodes(desk) {
  const people = [];
  for (const { id, name } of await desk.people()) {
    people.push({ id, name, code: await desk.makeCode(id) });
  }
  return people;
}
