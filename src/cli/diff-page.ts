/** A difference between two policies as a page: a summary, and sections of rows, however it is shown. */
import type {
  Effect,
  OpeningChange,
  PolicyDiff,
  RightChange,
  Witness,
} from '../analysis/diff/policy-diff.js';
import { compareText } from '../engine/findings.js';
import type { Entity } from '../engine/request.js';
import { doorWords, listed, type NameOf, type Words } from './diff-names.js';
import { whenWords } from './diff-when.js';
import {
  answerWords,
  circumstanceWords,
  counted,
  countWords,
  openingWords,
  restrictionWords,
  rightWords,
  subjectWords,
} from './diff-words.js';

/** One line of a difference. */
export interface PageRow {
  /** Absent for a restriction, whose row is `what` alone. */
  readonly who?: Words;
  readonly what: Words;
  readonly when?: string;
  readonly only: readonly Words[];
  readonly answers: Words;
  readonly witness: Witness;
}

/** Rows that say the same kind of thing. */
export interface PageSection {
  readonly title: string;
  readonly effect: Effect | 'restrictions';
  readonly rows: readonly PageRow[];
}

/** A whole difference. */
export interface DiffPage {
  readonly from: string;
  readonly until: string;
  readonly revisions: readonly [number, number];
  /** The most important first. Empty: there is no difference. */
  readonly summary: readonly Words[];
  readonly sections: readonly PageSection[];
}

/** Sentences of a summary. */
const SUMMARY_MAX = 12;

/** The page of a difference. Nothing is left out of its sections. */
export function pageOfDiff(diff: PolicyDiff, nameOf: NameOf): DiffPage {
  const { from, until, revisions } = diff;
  const sections = (['gains', 'loses'] as const).flatMap((effect): PageSection[] => [
    {
      title: effect === 'gains' ? 'Gains: doors and stops' : 'Loses: doors and stops',
      effect,
      rows: diff.openings
        .filter((each) => each.effect === effect)
        .map((each) => openingRow(each, nameOf)),
    },
    {
      title: effect === 'gains' ? 'Gains: other rights' : 'Loses: other rights',
      effect,
      rows: diff.rights
        .filter((each) => each.effect === effect)
        .map((each) => rightRow(each, nameOf)),
    },
  ]);
  const restrictions: PageSection = {
    title: 'Restrictions',
    effect: 'restrictions',
    rows: diff.restrictions.map((change) => ({
      what: restrictionWords(change, nameOf),
      only: [],
      answers: answerWords(change.witness),
      witness: change.witness,
    })),
  };
  return {
    from,
    until,
    revisions,
    summary: summaryOf(diff, nameOf),
    sections: [...sections, restrictions].filter(({ rows }) => rows.length > 0),
  };
}

function openingRow(change: OpeningChange, nameOf: NameOf): PageRow {
  return {
    who: subjectWords(change.subjects, nameOf),
    what: openingWords(change, nameOf),
    when: whenWords(change.when),
    only: circumstanceWords(change),
    answers: answerWords(change.witness),
    witness: change.witness,
  };
}

function rightRow(change: RightChange, nameOf: NameOf): PageRow {
  return {
    who: subjectWords(change.subjects, nameOf),
    what: rightWords(change, nameOf),
    when: whenWords(change.when),
    only: [],
    answers: answerWords(change.witness),
    witness: change.witness,
  };
}

/** A sentence for each set of doors, those of most people first; then one for rights and one for restrictions. */
function summaryOf({ openings, rights, restrictions }: PolicyDiff, nameOf: NameOf): Words[] {
  const sentences = doorSentences(openings, nameOf);
  const cut = sentences.slice(0, SUMMARY_MAX);
  const more = sentences.length - cut.length;
  if (more > 0) cut.push([`and ${more} more about doors and stops`]);
  for (const effect of ['gains', 'loses'] as const) {
    const own = rights.filter((each) => each.effect === effect);
    if (own.length === 0) continue;
    const people = inOrder(own.flatMap(({ subjects }) => subjects.named));
    const types = [
      ...new Set(own.flatMap(({ permissions }) => permissions.map(({ type }) => type))),
    ];
    const on = listed(types.sort().map((type): Words => [{ outside: type }]));
    cut.push([
      `${countWords(people, [])} ${verb(effect, people.length === 1)} rights beside opening: `,
      ...on,
    ]);
  }
  if (restrictions.length > 0) {
    cut.push([counted(restrictions.length, 'restriction differs', 'restrictions differ')]);
  }
  return cut;
}

/** What is told in one sentence: the same doors. */
interface SameDoors {
  readonly effect: Effect;
  readonly resources: readonly Entity[];
  readonly people: Entity[];
  /** Everybody without a right there; everybody else. */
  others: boolean;
  everybodyElse: boolean;
  readonly times: Set<string>;
  conditional: boolean;
}

function doorSentences(openings: readonly OpeningChange[], nameOf: NameOf): Words[] {
  const same = new Map<string, SameDoors>();
  for (const change of openings) {
    const { effect, resources, subjects, when } = change;
    const key = JSON.stringify([effect, resources]);
    const known = same.get(key) ?? {
      effect,
      resources,
      people: [],
      others: false,
      everybodyElse: false,
      times: new Set<string>(),
      conditional: false,
    };
    same.set(key, known);
    // One by one: a spread of a hundred thousand people is more arguments than a call takes.
    for (const person of subjects.named) known.people.push(person);
    known.others ||= subjects.others;
    known.everybodyElse ||= subjects.everybodyElse === true;
    known.times.add(whenWords(when));
    known.conditional ||= circumstanceWords(change).length > 0;
  }
  const sentences = [...alike(same.values())];
  sentences.sort(
    (a, b) => Number(b.others) - Number(a.others) || b.people.length - a.people.length,
  );
  return sentences.map(
    ({ effect, resources, people, others, everybodyElse, times, conditional }) => {
      const beside = [
        ...(others ? ['everybody without a right there'] : []),
        ...(everybodyElse ? ['everybody else'] : []),
      ];
      const isOne = people.length + beside.length === 1;
      const [time] = times;
      const when = times.size === 1 ? `: ${time}` : ': at several times';
      const doors = doorWords(resources, nameOf);
      const under = conditional ? ', under conditions' : '';
      return [`${countWords(people, beside)} ${verb(effect, isOne)} `, ...doors, when, under];
    },
  );
}

/** People counted once, and doors together that the same people gain or lose at the same times. */
function alike(all: Iterable<SameDoors>): Iterable<SameDoors> {
  const found = new Map<string, SameDoors>();
  for (const one of all) {
    const people = inOrder(one.people);
    const { effect, others, everybodyElse, times, conditional } = one;
    const key = JSON.stringify([
      effect,
      people,
      others,
      everybodyElse,
      [...times].sort(),
      conditional,
    ]);
    const known = found.get(key);
    const resources = [...(known?.resources ?? []), ...one.resources];
    found.set(key, { ...one, people, resources: inOrder(resources) });
  }
  return found.values();
}

function verb(effect: Effect, isOne: boolean): string {
  if (effect === 'gains') return isOne ? 'gains' : 'gain';
  return isOne ? 'loses' : 'lose';
}

/** Each once, sorted by type and id. */
function inOrder(entities: readonly Entity[]): Entity[] {
  const byKey = new Map(entities.map((each) => [`${each.type} ${each.id}`, each]));
  return [...byKey].sort(([a], [b]) => compareText(a, b)).map(([, each]) => each);
}
