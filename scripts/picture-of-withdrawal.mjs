// @ts-check
/** How a withdrawal travels to a lock without a network, as `doorwright simulate --json` played it. */
import { box, line, picture, text } from './picture-parts.mjs';

/**
 * What is taken from a run.
 * @typedef {{ at: string, kind: 'withdrawn', person: string, doors: string[] }} Withdrawn
 * @typedef {{ at: string, kind: 'score', person: string, door: string, from: number, to: number, reasons: string[] }} Score
 * @typedef {{ at: string, kind: 'lock_learned', door: string, by: string, policyVersion: number }} Learned
 * @typedef {{ at: string, kind: 'after_withdrawal', person: string, door: string, opened: boolean, status: string, score: number }} Tried
 * @typedef {Withdrawn | Score | Learned | Tried} Happening
 */

const ID = 'withdrawal';
const LEVELS = ['grey', 'red', 'orange', 'yellow', 'light green', 'dark green'];
/** The lanes, by where they stand: time, what the server says, and who takes part. */
const SERVER = 218;
const OTHERS = 420;
const WITHDRAWN = 560;
const LOCK = 706;
const ROW = 46;
const TOP = 76;

/** @param {{ timeline: Happening[] }} run of one lock and one withdrawal */
export function withdrawalPicture({ timeline }) {
  const first = timeline.find((one) => one.kind === 'withdrawn');
  const learned = timeline.find((one) => one.kind === 'lock_learned');
  if (first === undefined || learned === undefined)
    throw new Error('in this run no lock learned of a withdrawal');
  const until = timeline.findIndex((one) => one.kind === 'after_withdrawal' && !one.opened);
  if (until < 0) throw new Error('in this run nobody was refused');
  const shown = timeline.slice(0, until + 1);
  const bottom = TOP + ROW * shown.length;
  /** @type {[number, string][]} */
  const lanes = [
    [SERVER, 'Server'],
    [OTHERS, `Phone of ${learned.by}`],
    [WITHDRAWN, `Phone of ${first.person}`],
    [LOCK, `Lock of ${learned.door}`],
  ];
  return picture(
    {
      id: ID,
      title: 'How a withdrawal reaches a lock without a network',
      description: shown.map((one) => `${clock(one.at)}: ${said(one)}.`).join(' '),
      width: 776,
      height: bottom + 16,
    },
    [
      ...lanes.flatMap(([x, name]) => [
        text(x, 32, name, 'ink head middle'),
        line([x, 44], [x, bottom], { classes: 'faint' }),
      ]),
      ...shown.flatMap((one, index) => rowOf(one, TOP + ROW * index)),
    ],
  );
}

/**
 * @param {Happening} one
 * @param {number} y
 */
function rowOf(one, y) {
  const time = text(20, y + 4, clock(one.at), 'soft small');
  switch (one.kind) {
    case 'withdrawn':
      return [time, ...note(`${one.person} loses all rights`, y, 'bad')];
    case 'score':
      return [
        time,
        ...note(
          `${one.to} ${LEVELS[one.to]}: ${one.reasons.join(', ').replaceAll('_', ' ')}`,
          y,
          '',
        ),
      ];
    case 'lock_learned':
      return [time, ...message(OTHERS, y, `brings policy ${one.policyVersion}`, 'good')];
    case 'after_withdrawal':
      return [
        time,
        ...message(
          WITHDRAWN,
          y,
          one.opened ? '✓ still opens' : `✗ ${one.status}`,
          one.opened ? 'good' : 'bad',
        ),
      ];
  }
}

/**
 * What the server knows or says.
 * @param {string} words
 * @param {number} y
 * @param {string} classes
 */
function note(words, y, classes) {
  return [box(96, y - 15, 244, 30, classes), text(108, y + 4, words, 'ink small')];
}

/**
 * What a phone does at the lock.
 * @param {number} from
 * @param {number} y
 * @param {string} words
 * @param {string} mark
 */
function message(from, y, words, mark) {
  return [
    text((Math.max(from, WITHDRAWN) + LOCK) / 2, y - 6, words, `${mark} small middle`),
    line([from, y], [LOCK - 2, y], { tip: ID, classes: mark }),
  ];
}

/** @param {Happening} one */
function said(one) {
  switch (one.kind) {
    case 'withdrawn':
      return `${one.person} loses all rights`;
    case 'score':
      return `the score for ${one.person} at ${one.door} goes from ${one.from} ${LEVELS[one.from]} to ${one.to} ${LEVELS[one.to]}, ${one.reasons.join(' and ').replaceAll('_', ' ')}`;
    case 'lock_learned':
      return `${one.by} brings policy ${one.policyVersion} to ${one.door}`;
    case 'after_withdrawal':
      return one.opened
        ? `${one.door} still opens for ${one.person}`
        : `${one.door} refuses ${one.person}, ${one.status}`;
  }
}

/**
 * Day and time, in UTC.
 * @param {string} at
 */
function clock(at) {
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(at).getUTCDay()];
  return `${day} ${at.slice(11, 16)}`;
}
