import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edgeBackTo, edgesOnCycles } from '../../src/policy/cycles.js';
import { runs } from '../helpers/runs.js';

test('an edge of a random graph is told exactly when its target reaches back to its node', () => {
  const graph = fc.array(fc.array(fc.nat(9), { maxLength: 4 }), { maxLength: 9 });
  fc.assert(
    fc.property(graph, (edges) => {
      // Targets beyond the last node name nothing, as a dangling reference does.
      const nodes = edges.map((targets, index) => ({
        id: `n${index}`,
        to: targets.map((to) => `n${to}`),
      }));
      const edgesOf = (id: string) => nodes.find((node) => node.id === id)?.to ?? [];
      const expected = nodes.flatMap(({ id, to }, from) => {
        const edge = to.findIndex((target) => reaches(target, id, edgesOf));
        return edge === -1 ? [] : [{ from, edge, to: to[edge] }];
      });
      expect(edgesOnCycles(nodes, (node) => node.to)).toEqual(expected);
      for (const [from, { id, to }] of nodes.entries()) {
        const found = expected.find((cycle) => cycle.from === from);
        expect(edgeBackTo(id, to, edgesOf)).toBe(found?.edge ?? -1);
      }
    }),
    { seed: 20261122, numRuns: runs(500) },
  );
});

test('of two nodes with one id the first is the one that edges lead to', () => {
  const nodes = [
    { id: 'a', to: [] },
    { id: 'b', to: ['a'] },
    { id: 'a', to: ['b'] },
  ];
  expect(edgesOnCycles(nodes, (node) => node.to)).toEqual([]);
});

/** Whether a walk of up to ten steps leads from one id to another: there are at most ten. */
function reaches(from: string, to: string, edgesOf: (id: string) => readonly string[]): boolean {
  let reached = new Set([from]);
  for (let step = 0; step < 10; step++) {
    if (reached.has(to)) return true;
    reached = new Set([...reached, ...[...reached].flatMap(edgesOf)]);
  }
  return reached.has(to);
}
