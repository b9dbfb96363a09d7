/** What differs between two policies in words. Outside text stays apart from ours, so that each page can show it safely. */
import { USUAL_DEVICE } from '../analysis/diff/device-values.js';
import type {
  CircumstanceValue,
  DiffSubjects,
  Effect,
  OpeningChange,
  RestrictionChange,
  RightChange,
  RightReach,
  Witness,
} from '../analysis/diff/policy-diff.js';
import type { Entity } from '../engine/request.js';
import {
  doorWords,
  entityWords,
  joined,
  listed,
  type NameOf,
  type Word,
  type Words,
} from './diff-names.js';

/** Everybody a line is about. */
export function subjectWords(subjects: DiffSubjects, nameOf: NameOf): Words {
  const { named, others, everybodyElse } = subjects;
  // People first: they are what a reader looks for.
  const people = named.filter(({ type }) => type === 'user');
  const rest = named.filter(({ type }) => type !== 'user');
  const list = [...people, ...rest].map((each) => entityWords(each, nameOf));
  return listed([
    ...list,
    ...(others ? [['everybody without a right there']] : []),
    ...(everybodyElse === true ? [['everybody else']] : []),
  ]);
}

/** What somebody may do, or no longer, at which doors and stops. */
export function openingWords(change: OpeningChange, nameOf: NameOf): Words {
  const { action, effect, resources } = change;
  const list = doorWords(resources, nameOf);
  return [`${may(effect)} ${action === 'unlock' ? 'open' : 'get access to'} `, ...list];
}

/** Which permissions somebody has, or no longer, on what. */
export function rightWords({ effect, permissions, reach }: RightChange, nameOf: NameOf): Words {
  const actions = permissions.map(
    ({ type, actions: own }): Words => [{ outside: type }, ': ', own.join(', ')],
  );
  return [`${may(effect)} `, ...joined(actions, '; '), ' ', ...reachWords(reach, nameOf)];
}

/**
 * Under which circumstances: one piece for each kind of fact. Words in backticks are outside text. That a device must not be one
 * that is refused anyhow goes without saying.
 */
export function circumstanceWords({ circumstances }: OpeningChange): Words[] {
  return circumstances
    .filter(({ values }) => values.some(({ label }) => label !== USUAL_DEVICE))
    .map(({ values }) => listed(values.map(labelWords), ' or '));
}

/** Which restriction of what differs, and how it was and is written. */
export function restrictionWords(change: RestrictionChange, nameOf: NameOf): Words {
  const { restriction, at, before, after } = change;
  const own = restriction === 'lockdown' ? [] : [`${restriction} of `];
  const written = (value: unknown): Word => ({ outside: JSON.stringify(value) ?? 'absent' });
  const values =
    change.change === 'appears'
      ? [': ', written(after)]
      : change.change === 'vanishes'
        ? [': ', written(before)]
        : [': ', written(before), ' → ', written(after)];
  return [...own, ...entityWords(at, nameOf), ' ', change.change, ...values];
}

/** Both answers to the example of a line: `refused (schedule) → permitted (granted)`. */
export function answerWords({ before, after }: Witness): Words {
  const said = ({ decision, context }: Witness['before']) =>
    `${decision ? 'permitted' : 'refused'} (${context.reason})`;
  return [`${said(before)} → ${said(after)}`];
}

/** A count with its noun: `1 person`, `3 people`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** How many a line is about: `3 people and 1 link`; beside them those whom `others` says. */
export function countWords(subjects: readonly Entity[], others: readonly string[]): string {
  const of = (type: string) => subjects.filter((each) => each.type === type).length;
  const parts = [
    ['user', 'person', 'people'] as const,
    ['link', 'link', 'links'] as const,
    ['credential', 'credential', 'credentials'] as const,
  ].flatMap(([type, one, many]) => (of(type) === 0 ? [] : [counted(of(type), one, many)]));
  const all = [...parts, ...others];
  return all.length < 2 ? all.join() : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

function may(effect: Effect): string {
  return effect === 'gains' ? 'may now' : 'may no longer';
}

function reachWords(reach: RightReach, nameOf: NameOf): Words {
  const all = (entities: readonly Entity[]) =>
    listed(entities.map((each) => entityWords(each, nameOf)));
  switch (reach.kind) {
    case 'named':
      return reach.into === undefined
        ? ['of ', ...all(reach.resources)]
        : ['of ', ...all(reach.resources), ' into ', ...all(reach.into)];
    case 'within': {
      const within: Words = ['within ', ...all(reach.within)];
      if (reach.outside.length === 0) return within;
      return [...within, ', outside of ', ...all(reach.outside)];
    }
    case 'said':
      return ['of what says that it lies at ', ...all(reach.scopes)];
    default: {
      const never: never = reach;
      return never;
    }
  }
}

/** A label's own words, and the ids it names in backticks. */
function labelWords({ label }: CircumstanceValue): Words {
  return label.split('`').map((part, index) => (index % 2 === 0 ? part : { outside: part }));
}
