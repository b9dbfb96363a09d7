// @ts-check
/** A decision's way through the clauses, as `doorwright explain --json` tells it. */
import { box, line, picture, text } from './picture-parts.mjs';

/**
 * What is taken from an explanation.
 * @typedef {{ code: string, at: { type: string, id: string }, detail?: string }} Reason
 * @typedef {{
 *   decision: { decision: boolean, context: { reasons: Reason[] } },
 *   clauses: { clause: string, outcome: 'passed' | 'refused' | 'decided' | 'not_reached', reasons: Reason[] }[],
 *   assignments: { assignment: string, role: string, outcome: string, reasons: Reason[] }[],
 * }} Explanation
 */

const ID = 'decision';
const ROW = 38;
const TOP = 92;
/** How an outcome is shown: by a sign and a word, and by colour besides. */
const SHOWN = /** @type {const} */ ({
  passed: ['✓ passed', 'good'],
  decided: ['✓ decides', 'good'],
  refused: ['✗ refuses', 'bad'],
  not_reached: ['not reached', 'soft'],
});

/**
 * @param {{ subject: { id: string }, action: { name: string }, resource: { type: string, id: string }, context: { time: string } }} request
 * @param {Explanation} explanation
 * @param {string} clauses the page of the clauses, for what each is called
 */
export function decisionPicture(request, explanation, clauses) {
  const rows = explanation.clauses.map(({ clause, outcome }) => {
    const title = new RegExp(`^### ${clause} (.*)$`, 'mu').exec(clauses)?.[1];
    if (title === undefined) throw new Error(`docs/clauses.md has no ${clause}`);
    return { clause, outcome, title };
  });
  const { subject, action, resource, context } = request;
  const question = `May ${subject.id} ${action.name} ${resource.type} ${resource.id} at ${context.time}?`;
  const refusing = rows.findIndex(({ outcome }) => outcome === 'refused');
  const bottom = TOP + ROW * rows.length + 18;
  const reasons = explanation.decision.context.reasons.map(reasonText);
  const answer = `${explanation.decision.decision ? '✓ Permitted' : '✗ Refused'}: ${reasons.join('; ')}`;
  return picture(
    {
      id: ID,
      title: 'A decision’s way through the clauses',
      description: [
        question,
        ...rows.map(
          ({ clause, title, outcome }) =>
            `${clause}, ${title}: ${SHOWN[outcome][0].replace(/^\W+/u, '')}.`,
        ),
        ...explanation.assignments.map(
          (one) =>
            `Assignment ${one.assignment} ${one.outcome}: ${one.reasons.map(reasonText).join(', ')}.`,
        ),
        `${answer.replace(/^\W+/u, '')}.`,
      ].join(' '),
      width: 776,
      height: bottom + 66,
    },
    [
      box(20, 20, 736, 44),
      text(36, 47, question, 'ink head'),
      line([210, 64], [210, TOP - 4], { tip: ID }),
      ...rows.flatMap((row, index) => clauseRow(row, TOP + ROW * index)),
      ...tried(explanation.assignments, TOP + ROW * Math.max(refusing, 0)),
      line([210, bottom - 22], [210, bottom - 4], { tip: ID }),
      box(20, bottom, 736, 44, explanation.decision.decision ? 'good' : 'bad'),
      text(36, bottom + 27, answer, 'ink head'),
    ],
  );
}

/**
 * @param {{ clause: string, title: string, outcome: keyof typeof SHOWN }} row
 * @param {number} y
 */
function clauseRow({ clause, title, outcome }, y) {
  const [words, mark] = SHOWN[outcome];
  const tone = outcome === 'not_reached' ? 'soft' : 'ink';
  return [
    box(20, y, 410, ROW - 8, outcome === 'refused' ? 'bad' : ''),
    text(34, y + 20, clause, `${tone} head`),
    text(74, y + 20, title, tone),
    text(336, y + 20, words, `${mark} small`),
  ];
}

/**
 * The assignments that were tried, beside the clause that tried them; the first stands level with it, the others above.
 * @param {Explanation['assignments']} assignments
 * @param {number} y
 */
function tried(assignments, y) {
  const height = 48;
  return assignments.flatMap((one, index) => {
    const top = y - 8 - (height + 8) * (assignments.length - 1 - index);
    return [
      box(460, top, 296, height),
      text(474, top + 20, `${one.assignment} (${one.role})`, 'ink head small'),
      text(474, top + 38, one.reasons.map(reasonText).join('; '), 'bad small'),
      line([430, y + 15], [458, top + height / 2]),
    ];
  });
}

/** @param {Reason} reason */
function reasonText({ code, at, detail }) {
  return `${code}${detail === undefined ? '' : ` ${detail}`} at ${at.type} ${at.id}`;
}
