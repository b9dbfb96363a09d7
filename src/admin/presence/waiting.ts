/**
 * Two persons at one door: who showed himself, was refused for want of a second person, and may vouch for the next. One
 * record a reader, empty most of the time, and never older than its window.
 */
import type { Decision } from '../../engine/decision.js';
import { v } from '../../policy/schema-nodes.js';
import { COMPANIONS_MAX } from '../../values/limits.js';
import { idField, instantField } from '../record-fields.js';
import { recordShape } from '../record-shape.js';
import type { Passing } from './passing.js';

/** How long the first of two waits for the second, unless a host says otherwise. */
export const WAIT_SECONDS_DEFAULT = 30;

/** Who waits at a reader. */
export interface Waiting {
  readonly door: string;
  readonly people: readonly { readonly user: string; readonly at: number }[];
}

/** The record `companion`. */
export const waitingShape = recordShape<Waiting>('companion', () =>
  v.strictObject({
    door: idField,
    people: v.pipe(
      v.array(v.strictObject({ user: idField, at: instantField })),
      v.maxLength(COMPANIONS_MAX),
    ),
  }),
);

/** The id of the record of a reader; of the door or stop itself where it has none. */
export function waitingId({
  type,
  door,
  reader,
}: Pick<Passing, 'type' | 'door' | 'reader'>): string {
  return `${type}/${door}/${reader ?? ''}`;
}

/** Whether somebody at this door could wait or be waited for: known, standing there, where two may be asked for. */
export function takesTwo({ subject, standing, asksForTwo }: Passing): boolean {
  return asksForTwo && standing && subject.type === 'user';
}

/** Ids of the users who wait here for somebody else, the last one first. */
export function companionsAt(
  waiting: Waiting | undefined,
  { subject, time }: Passing,
  waitSeconds: number = WAIT_SECONDS_DEFAULT,
): string[] {
  return stillThere(waiting, time, waitSeconds)
    .filter(({ user }) => user !== subject.id)
    .map(({ user }) => user)
    .reverse();
}

/** Whether somebody was refused for want of a second person, perhaps among other things. */
export function lacksSecond({ decision, context }: Decision): boolean {
  return !decision && context.reasons.some(({ code }) => code === 'two_person');
}

/**
 * Who waits after a decision; undefined: nobody. A permitted opening takes everybody along, and who did not go with it
 * shows himself again.
 * @param waits - whether the person is one who would pass in company: he waits, or waits anew.
 */
export function afterIdentified(
  waiting: Waiting | undefined,
  passing: Passing,
  decision: Decision,
  waits: boolean,
  waitSeconds: number = WAIT_SECONDS_DEFAULT,
): Waiting | undefined {
  if (decision.decision) return undefined;
  const { subject, time, door } = passing;
  const there = stillThere(waiting, time, waitSeconds);
  const people = waits
    ? [...there.filter(({ user }) => user !== subject.id), { user: subject.id, at: time }]
    : there;
  return people.length === 0 ? undefined : { door, people: people.slice(-COMPANIONS_MAX) };
}

function stillThere(waiting: Waiting | undefined, time: number, waitSeconds: number) {
  const oldest = time - waitSeconds * 1000;
  return (waiting?.people ?? []).filter(({ at }) => at >= oldest && at <= time);
}
