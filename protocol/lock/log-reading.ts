/** Sealed pieces of the log: who carries them can neither read nor alter them (offline.md §3.9). */
import { encodeSegment, SEGMENT_RECORDS_MAX } from '../objects/log-segment.js';
import { startNoise, writeNoise } from '../session/noise.js';
import { encodeCbor } from '../wire/cbor.js';
import { recordsFrom } from './log.js';
import type { Turn } from './state.js';
import { drawBytes, keepingOf, selfOf } from './turn.js';

/** The prologue of Noise X over a segment. */
export function segmentPrologue(lockId: Uint8Array): Uint8Array {
  return encodeCbor(['DKP/1 log', lockId]);
}

/** Up to 48 records from `from` on, sealed for the server; null when there are none. */
export function sealSegment(turn: Turn, from: number): Uint8Array | null {
  const { owner, secrets } = selfOf(turn);
  const { lockId } = turn.state.setup;
  const records = recordsFrom(keepingOf(turn).log, from, SEGMENT_RECORDS_MAX);
  if (owner === null || records.length === 0) return null;
  const state = startNoise(turn.crypto, {
    pattern: 'X',
    initiator: true,
    prologue: segmentPrologue(lockId),
    static: secrets.reveal().static,
    remoteStatic: owner.logKey,
  });
  const ephemeral = drawBytes(turn, 'log');
  const written = writeNoise(turn.crypto, state, ephemeral, encodeSegment({ lockId, records }));
  return written?.message ?? null;
}
