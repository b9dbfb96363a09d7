/** Cycles in graphs of ids: teams that contain themselves, roles that inherit from themselves. */

/** The first edge of a node that lies on a cycle. */
export interface CycleEdge {
  /** Index of the node. */
  readonly from: number;
  /** Index of the edge in the node's list. */
  readonly edge: number;
  /** The id the edge leads to. */
  readonly to: string;
}

/**
 * For each node on a cycle, its first edge on one, in node order. Linear in nodes and edges, and without
 * recursion: nesting may be as deep as there are nodes. Unknown ids lead nowhere; of two nodes with one id the first counts.
 * @see Tarjan 1972, "Depth-first search and linear graph algorithms": an edge lies on a cycle exactly
 *   when both ends are in one strongly connected component, or it leads back to its own node.
 */
export function edgesOnCycles<N extends { readonly id: string }>(
  nodes: readonly (N | undefined)[],
  edgesOf: (node: N) => readonly string[],
): CycleEdge[] {
  const indexOf = new Map<string, number>();
  nodes.forEach((node, index) => {
    if (node !== undefined && !indexOf.has(node.id)) indexOf.set(node.id, index);
  });
  const targets = nodes.map((node) => (node === undefined ? [] : edgesOf(node)));
  const component = components(targets.map((ids) => ids.flatMap((id) => indexOf.get(id) ?? [])));
  const found: CycleEdge[] = [];
  targets.forEach((ids, from) => {
    const edge = ids.findIndex((id) => {
      const to = indexOf.get(id);
      return to !== undefined && component[to] === component[from];
    });
    const to = ids[edge];
    if (to !== undefined) found.push({ from, edge, to });
  });
  return found;
}

/**
 * The first edge of a node's list that leads back to the node, or -1. For one node whose neighbours can be looked
 * up; `edgesOnCycles` says the same of all nodes at once.
 */
export function edgeBackTo(
  id: string,
  edges: readonly string[],
  edgesOf: (id: string) => readonly string[],
): number {
  const safe = new Set<string>();
  return edges.findIndex((edge) => {
    const waiting = [edge];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === id) return true;
      if (safe.has(next)) continue;
      safe.add(next);
      for (const following of edgesOf(next)) waiting.push(following);
    }
    return false;
  });
}

/** The strongly connected component of each node, by an arbitrary number. */
function components(edges: readonly (readonly number[])[]): Int32Array {
  const size = edges.length;
  const order = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const component = new Int32Array(size).fill(-1);
  const nextEdge = new Int32Array(size);
  const open: number[] = [];
  let visited = 0;
  for (let root = 0; root < size; root++) {
    if (order[root] !== -1) continue;
    const path = [root];
    for (let node = path[0]; node !== undefined; node = path[path.length - 1]) {
      if (order[node] === -1) {
        order[node] = low[node] = visited++;
        open.push(node);
      }
      const position = nextEdge[node] ?? 0;
      const target = edges[node]?.[position];
      if (target !== undefined) {
        nextEdge[node] = position + 1;
        if (order[target] === -1) path.push(target);
        else if (component[target] === -1) low[node] = Math.min(low[node] ?? 0, order[target] ?? 0);
        continue;
      }
      path.pop();
      const parent = path[path.length - 1];
      if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
      if (low[node] !== order[node]) continue;
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        component[member] = node;
        if (member === node) break;
      }
    }
  }
  return component;
}
