/** Proposals in plain English. For people; it may change. */
import type { Breadth } from '../analysis/questions/breadth.js';
import type { EditStep } from '../analysis/questions/edit.js';
import type { Proposal, WhyNot } from '../analysis/questions/why-not.js';
import type { Terminal } from './terminal.js';
import { shown } from './terminal.js';
import { called, missWords, sentences } from './words.js';

/** Why not, what facts would help, and what changes of the policy; without the reasons for a permit. */
export function whyNotLines(
  { decision, nearestMiss, proposals, complete }: WhyNot,
  linesMax: number,
  clock: (time: unknown) => string,
  terminal: Terminal,
): string[] {
  const { reasons } = decision.context;
  if (decision.decision) return [terminal.paint('green', `permitted: ${sentences(reasons)}`)];
  const miss = nearestMiss === undefined ? [] : missWords(nearestMiss, clock);
  const more = proposals.length - linesMax;
  return [
    terminal.paint('red', `refused: ${sentences(reasons)}`),
    '',
    terminal.paint('bold', 'with other facts'),
    ...(nearestMiss === null
      ? ['  no other facts were found that would permit it']
      : [`  ${miss.join(', ')}`]),
    '',
    terminal.paint('bold', `by a change of the policy (${proposals.length})`),
    ...(proposals.length === 0 ? ['  none was found'] : []),
    ...proposals.slice(0, linesMax).flatMap(proposalLines),
    ...(complete ? [] : ['  the search ended early: there may be others']),
    ...(more > 0 ? [`  and ${more} more; --limit prints more, --json all`] : []),
  ];
}

function proposalLines({ steps, personal, breadth }: Proposal, index: number): string[] {
  const [first = '', ...rest] = steps.map(stepWords);
  const reach = `${breadthWords(breadth)}${personal ? '' : '; not for this person alone'}`;
  const number = `${index + 1}.`.padStart(4);
  return [`${number} ${first}`, ...rest.map((text) => `     and ${text}`), `     ${reach}`];
}

function breadthWords({ pairs, exact }: Breadth): string {
  if (pairs === 0)
    return exact ? 'opens nothing else now' : 'opens nothing else that was looked at';
  const openings = pairs === 1 ? 'opening' : 'openings';
  return `${exact ? '' : 'at least '}${pairs} more ${openings} now`;
}

function stepWords({ kind, at, detail = '' }: EditStep): string {
  const where = called(at);
  const what = `\`${shown(detail)}\``;
  switch (kind) {
    case 'activate_user':
    case 'activate_link':
    case 'activate_credential':
      return `activate ${where}`;
    case 'register_card':
      return `register ${where} as a card of this person`;
    case 'set_primary_device':
      return `make ${what} the primary device of ${where}`;
    case 'extend_right':
      return `extend the validity of ${where}`;
    case 'extend_hours':
      return `give ${where} hours of its own, an hour longer that day`;
    case 'enable_right':
    case 'enable_group':
      return `switch ${where} on`;
    case 'lift_hours':
      return `lift the hours of ${where}`;
    case 'new_right':
      return `give the role ${what} at ${where}`;
    case 'raise_role':
      return `change the role of ${where} to ${what}`;
    case 'join_team':
      return `take the person into ${where}`;
    case 'add_to_group':
      return `add ${what} to ${where}`;
    case 'exempt_from_lockdown':
      return `exempt the role ${what} from ${where}`;
    case 'end_lockdown':
      return `end ${where}`;
    case 'raise_limit':
      return `raise the limit of people at ${where} by what it takes`;
    case 'soften_passback':
      return `let ${where} count re-entries without refusing them`;
    case 'open_schedule':
      return `open ${where} for an hour from ${what} on, for all who use it`;
    case 'open_calendar_day':
      return `open ${where} for an hour on ${what}, for all who use it`;
    case 'lift_restriction':
      return `lift the restriction ${what} of ${where}`;
    default: {
      const never: never = kind;
      return String(never);
    }
  }
}
