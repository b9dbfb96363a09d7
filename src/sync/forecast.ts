/**
 * When a change will probably arrive: the visits of each carrier are a Poisson process of unknown rate, the
 * rate has a Gamma prior, and the forecast is a quantile of the first visit among those who hold the change.
 */

/** One carrier that holds the change. Times are Unix seconds. */
export interface Watched {
  /** Since when it holds the change: from then on a visit would deliver it. */
  readonly heldSince: number;
  /** Since when its visits are counted. */
  readonly countedSince: number;
  readonly visits: readonly number[];
}

/**
 * The prior of one carrier's rate: Gamma with this shape and, as rate parameter, this many seconds. As if it had
 * been watched for three days and come once: a household comes daily, a service provider weekly, and a door
 * that nobody has opened yet has a forecast of weeks and not of years.
 */
export const PRIOR_SHAPE = 1;
export const PRIOR_SECONDS = 3 * 86_400;

/** The share of changes that have arrived when the forecast ends. */
export const FORECAST_SHARE = 0.9;

/** Where a forecast ends that would lie further off: two hundred years say "do not wait" as well as any. */
const FORECAST_SECONDS_MAX = 200 * 366 * 86_400;

/**
 * The instant by which one of these carriers has come with probability {@link FORECAST_SHARE}; null for none.
 *
 * Given its rate λ, a carrier stays away for t with probability e^(−λt). Over the Gamma posterior of λ with
 * shape a and rate b that is (b / (b + t))^a, a Lomax (Pareto II) tail, exactly. Posteriors are independent, so
 * the chance that nobody comes is the *product* of these tails: no distribution for the sum of the rates, which
 * has no closed form when the b differ, is needed. The product falls, so its quantile is found by halving; for
 * one carrier it is b (0.1^(−1/a) − 1).
 *
 * What is counted ends when the change was held: a forecast that learned from waiting would move on forever,
 * and a change that never arrives would never be late.
 */
export function expectedBy(carriers: readonly Watched[]): number | null {
  const first = Math.min(...carriers.map(({ heldSince }) => heldSince));
  if (carriers.length === 0) return null;
  const posteriors = carriers.map(posteriorOf);
  const wanted = -Math.log(1 - FORECAST_SHARE);
  let below = 0;
  let above = FORECAST_SECONDS_MAX;
  if (surprise(posteriors, first + above) < wanted) return first + above;
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (surprise(posteriors, first + middle) < wanted) below = middle;
    else above = middle;
  }
  return first + above;
}

/** Belief about one carrier's rate when it came to hold the change. */
interface Posterior {
  readonly from: number;
  readonly shape: number;
  readonly seconds: number;
}

function posteriorOf({ heldSince, countedSince, visits }: Watched): Posterior {
  const counted = visits.filter((visit) => visit > countedSince && visit <= heldSince).length;
  return {
    from: heldSince,
    shape: PRIOR_SHAPE + counted,
    seconds: PRIOR_SECONDS + Math.max(0, heldSince - countedSince),
  };
}

/** −ln of the chance that nobody came until `at`. */
function surprise(posteriors: readonly Posterior[], at: number): number {
  return posteriors.reduce(
    (sum, { from, shape, seconds }) => sum + shape * Math.log1p(Math.max(0, at - from) / seconds),
    0,
  );
}
