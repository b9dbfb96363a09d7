/** Who could come along to a door that asks for two persons: nobody, or somebody whom one policy or both let vouch. */
import { usersWithin } from '../../engine/lists.js';
import type { Facts } from '../../engine/request.js';
import { at } from '../../engine/table.js';
import {
  type Comparison,
  openersOf,
  type Pair,
  SIDES,
  type Side,
  subjectOf,
} from './comparison.js';
import type { FactValue } from './fact-value.js';
import { value } from './fact-value.js';
import { companionWords } from './fact-words.js';
import type { Formula } from './formula.js';
import { vouchFormula } from './opening-formula.js';

/** People who vouch alike: in the policy before, in the one after. */
export interface Vouchers {
  readonly formulas: readonly [Formula, Formula];
  /** Some of them, by id: enough that one is not the subject. */
  readonly users: readonly string[];
}

/** Neither of a credential's two holders vouches for himself. */
const USERS_KEPT = 3;

/** Everybody who could vouch at a door in either policy. */
export function vouchersAt(c: Comparison, pair: Pair): Vouchers[] {
  const ids = new Set<string>();
  for (const side of SIDES) {
    const record = pair.portal.records[side];
    const s = c.snapshots[side];
    if (record === undefined) continue;
    for (const number of usersWithin(s, record)) ids.add(at(s.tables.users, number)?.id ?? '');
  }
  const found = new Map<string, Vouchers & { users: string[] }>();
  for (const id of [...ids].sort()) {
    const formulas = SIDES.map((side) => vouchOf(c, pair, side, id)) as [Formula, Formula];
    if (formulas.every((formula) => formula === c.book.never)) continue;
    const key = formulas.map((formula) => formula.id).join();
    const known = found.get(key);
    if (known === undefined) found.set(key, { formulas, users: [id] });
    else if (known.users.length < USERS_KEPT) known.users.push(id);
  }
  return [...found.values()];
}

function vouchOf(c: Comparison, pair: Pair, side: Side, id: string): Formula {
  const [s, portal] = [c.snapshots[side], pair.portal.records[side]];
  const roles = openersOf(s, pair.portal);
  const holder = subjectOf(c, { type: 'user', id }).holders[side];
  if (portal === undefined || roles === undefined) return c.book.never;
  const words = companionWords(c, pair, side);
  return vouchFormula({ s, book: c.book, times: c.times, portal, holder, roles, words });
}

/** Those who may vouch for this subject: nobody vouches for himself. */
export function vouchersFor(
  c: Comparison,
  { subject }: Pair,
  all: readonly Vouchers[],
): Vouchers[] {
  const own = subject.holders.map((holder) => (holder?.kind === 'user' ? holder.id : undefined));
  return all.flatMap(({ formulas, users }) => {
    const [id = ''] = users.filter((user) => !own.includes(user)).concat(users);
    const left = SIDES.map((side) => (own[side] === id ? c.book.never : formulas[side])) as [
      Formula,
      Formula,
    ];
    return left.every((formula) => formula === c.book.never)
      ? []
      : [{ formulas: left, users: [id] }];
  });
}

/** What company may come to, by the policies that ask; nobody is the first. */
export function companyValues(tests: readonly string[]): FactValue[] {
  const subsets: string[][] = [[]];
  for (const test of tests) subsets.push(...subsets.map((set) => [...set, test]));
  return subsets.map((passed) => value(tests, passed, companyLabel(tests, passed), {}));
}

/** Companions who come to a value, as the engines judge them; undefined if there are none. */
export function companionsFor(
  wanted: ReadonlySet<string>,
  tests: readonly string[],
  vouchers: readonly Vouchers[],
  passed: (test: string, facts: Partial<Facts>) => boolean,
): Partial<Facts> | undefined {
  if (wanted.size === 0) return {};
  const companions: string[] = [];
  const reached = new Set<string>();
  for (const { users } of vouchers) {
    const own = tests.filter((test) => passed(test, { companions: users }));
    if (
      own.length === 0 ||
      own.some((test) => !wanted.has(test)) ||
      own.every((test) => reached.has(test))
    )
      continue;
    companions.push(...users);
    for (const test of own) reached.add(test);
    if (reached.size === wanted.size) return { companions };
  }
  return undefined;
}

function companyLabel(tests: readonly string[], passed: readonly string[]): string {
  if (passed.length === 0) return 'nobody along who could vouch';
  const only =
    passed.length === tests.length
      ? ''
      : passed[0]?.endsWith('@0')
        ? ' before only'
        : ' afterwards only';
  return `somebody along who vouches${only}`;
}
