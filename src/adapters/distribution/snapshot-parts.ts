/** A policy as bytes in parts, written piece by piece: a million assignments never are one text, nor twice in memory. */
import { elementsOf, organizationOf } from '../../engine/elements.js';
import type { Engine } from '../../engine/engine.js';
import { COLLECTIONS } from '../../policy/document.js';

/** Characters that are encoded at once. */
const BATCH = 1 << 14;

/** The UTF-8 JSON of the policy an engine decides by: parts of `partBytes`, the last one shorter. */
export function* snapshotParts(
  engine: Engine,
  partBytes: number,
): Generator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  let part = new Uint8Array(partBytes);
  let filled = 0;
  for (let text of batches(engine)) {
    while (text !== '') {
      const { read, written } = encoder.encodeInto(text, part.subarray(filled));
      filled += written;
      text = text.slice(read);
      if (text === '') break;
      // Where a character of several bytes no longer fits, the part ends a little earlier.
      yield part.subarray(0, filled);
      part = new Uint8Array(partBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield part.slice(0, filled);
}

/** The text in batches. An element may be far longer than a batch: it is written by itself. */
function* batches(engine: Engine): Generator<string, void, undefined> {
  let batch = '';
  for (const piece of pieces(engine)) {
    batch += piece;
    if (batch.length < BATCH) continue;
    yield batch;
    batch = '';
  }
  yield batch;
}

function* pieces(engine: Engine): Generator<string, void, undefined> {
  const { revision } = engine;
  yield `{"version":1,"revision":${revision},"organization":${JSON.stringify(organizationOf(engine))}`;
  for (const collection of COLLECTIONS) {
    let before = `,"${collection}":[`;
    for (const element of elementsOf(engine, collection)) {
      yield before + JSON.stringify(element);
      before = ',';
    }
    if (before === ',') yield ']';
  }
  yield '}';
}
