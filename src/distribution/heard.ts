/** What a reader heard was taken away before it knows the changes that lead there. */
import { sameValue } from '../admin/same-value.js';
import type { HeardWithdrawal, ReaderState } from './reader.js';
import { withdraw } from './withdraw.js';
import type { Withdrawal } from './withdrawal.js';

/** A point in a history, for comparing. */
export interface Ordered {
  readonly epoch: number;
  readonly revision: number;
}

/** Withdrawals remembered one by one. All are laid over anew with every change that is caught up with: a thousand in some 30 ms. */
const HEARD_MAX = 1000;

/** Negative, zero or positive as one point lies before, at or after another. */
export function compare(a: Ordered, b: Ordered): number {
  return a.epoch - b.epoch || a.revision - b.revision;
}

/**
 * The state with withdrawals heard of, each once, beyond the position alone. Two histories may take away different things under
 * one revision: then both count.
 */
export function withHeard(
  state: ReaderState,
  entries: readonly (Ordered & { readonly withdraws?: Withdrawal })[],
): ReaderState {
  const { position } = state;
  const key = ({ epoch, revision }: Ordered) => `${epoch}.${revision}`;
  const known = new Map<string, readonly Withdrawal[]>();
  const remember = (one: HeardWithdrawal): void => {
    known.set(key(one), [...(known.get(key(one)) ?? []), one.withdraws]);
  };
  for (const one of state.withdrawn) remember(one);
  const fresh = entries.flatMap(({ epoch, revision, withdraws }): HeardWithdrawal[] => {
    const isNews = position === undefined || compare({ epoch, revision }, position) > 0;
    if (withdraws === undefined || !isNews) return [];
    const one = { epoch, revision, withdraws };
    if (known.get(key(one))?.some((other) => sameValue(other, withdraws)) === true) return [];
    remember(one);
    return [one];
  });
  if (fresh.length === 0) return state;
  const all = [...state.withdrawn, ...fresh].sort(compare);
  const withdrawn = atMost(all);
  const less = (withdrawn === all ? fresh : withdrawn).map(({ withdraws }) => withdraws);
  const engine = state.engine === undefined ? undefined : withdraw(state.engine, less);
  return { ...state, withdrawn, engine };
}

/** What is too much to remember one by one closes everything until the newest of it is reached. */
function atMost(withdrawn: readonly HeardWithdrawal[]): readonly HeardWithdrawal[] {
  const last = withdrawn.at(-1);
  if (withdrawn.length <= HEARD_MAX || last === undefined) return withdrawn;
  return [{ epoch: last.epoch, revision: last.revision, withdraws: { everything: true } }];
}
