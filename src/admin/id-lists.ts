/** Lists of ids before and after a change; repeats do not count. */

/** Ids that one list has and another does not. */
export function addedTo(
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): string[] {
  const old = new Set(before);
  return [...new Set(after)].filter((id) => !old.has(id));
}

/** Ids that only one of two lists has. */
export function movedIds(
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): string[] {
  return [...addedTo(before, after), ...addedTo(after, before)];
}
