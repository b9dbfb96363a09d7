/** References in a shape: what names something by its type and id. */
import { type Check, isObject } from './shape-checks.js';

/**
 * As `check`, which is of objects with a `type` and an `id` and nothing else. What equals one that passed before
 * passes too, and as that very copy: frozen they are the same, and one of them takes the room of both. A million
 * assignments hold two references each, most of them seen before.
 */
export function referenceCheck(check: Check): Check {
  const place = referenceChecks++;
  return (input, run) => {
    if (!isObject(input)) return check(input, run);
    const names = Object.keys(input);
    const [one, other] = names;
    const isTypeFirst = one === 'type' && other === 'id';
    const isWhole = isTypeFirst || (one === 'id' && other === 'type');
    if (!isWhole || names.length !== 2) return check(input, run);
    // Read here once, and nowhere again; in their order, which is that of what is reported.
    const { path } = run;
    path.push(one);
    const first = input[one];
    path[path.length - 1] = other;
    const second = input[other];
    path.pop();
    const type = isTypeFirst ? first : second;
    const id = isTypeFirst ? second : first;
    run.references[place] ??= new Map();
    const references = run.references[place];
    const known = references.get(id);
    if (known !== undefined && known['type'] === type) return known;
    const copy = check(isTypeFirst ? { type, id } : { id, type }, run) as Readonly<
      Record<string, unknown>
    >;
    if (!run.damage.has(copy)) {
      if (references.size >= REFERENCES_MAX) references.clear();
      references.set(id, copy);
    }
    return copy;
  };
}

/** How many checks `referenceCheck` has made: each has a place in every run. */
let referenceChecks = 0;

/** References remembered at once: some thousand scopes are named by a million assignments. */
const REFERENCES_MAX = 16_384;
