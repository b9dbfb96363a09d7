/** Changes to documents, for properties over input that is nearly right. */
import fc from 'fast-check';

/** Changes to a valid document: somewhere inside, something is replaced, removed, added or repeated. */
export function mutations() {
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom<unknown>(
      '',
      'hq',
      'ada',
      'office',
      '24:00',
      '2026-02-30',
      -0,
      1e9,
      [],
      {},
      null,
      undefined,
      Number.NaN,
    ),
  );
  const steps = fc.array(
    fc.record({ path: fc.array(fc.nat(), { maxLength: 8 }), kind: fc.nat(3), value: odd }),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  return steps.map((list) => (document: unknown) => {
    for (const { path, kind, value } of list) mutateAt(document, path, kind, value);
    return document;
  });
}

function mutateAt(root: unknown, path: readonly number[], kind: number, value: unknown): void {
  let at = root as Record<string, unknown>;
  for (const [depth, step] of path.entries()) {
    const names = Object.keys(at);
    const name = names[step % Math.max(1, names.length)];
    if (name === undefined) return;
    const next = at[name];
    const isLast = depth === path.length - 1;
    if (!isLast && typeof next === 'object' && next !== null) {
      at = next as Record<string, unknown>;
      continue;
    }
    if (kind === 0) at[name] = value;
    else if (kind === 1 && Array.isArray(at)) at.splice(Number(name), 1);
    else if (kind === 1) delete at[name];
    else if (kind === 2 && Array.isArray(at)) at.push(next);
    else if (!Array.isArray(at)) at[`${name}x`] = value;
    return;
  }
}
