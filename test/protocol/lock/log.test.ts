import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendRecord,
  EMPTY_LOG,
  LOG_SEQUENCE_MAX,
  type LockLog,
  logOf,
  recordOf,
  recordsFrom,
} from '../../../protocol/lock/log.js';
import { linkAfter } from '../../../protocol/objects/log-record.js';
import { encodeSegment, parseSegment } from '../../../protocol/objects/log-segment.js';
import { crypto, filled, LOCK_ID, T0 } from '../../helpers/lock-objects.js';
import { runs } from '../../helpers/runs.js';

const entry = { lo: T0, tag: filled(1, 8), operation: 1, result: 0 };

function filledLog(count: number): LockLog {
  let log = EMPTY_LOG;
  for (let index = 0; index < count; index++) log = appendRecord(log, entry, crypto).log;
  return log;
}

describe('the ring', () => {
  it('holds the newest 512 records, chained, whatever was written before', () => {
    const log = filledLog(1300);
    expect(recordOf(log, 788)).toBeUndefined();
    expect(recordOf(log, 1301)).toBeUndefined();
    for (let sequence = 789; sequence <= 1300; sequence++) {
      const record = recordOf(log, sequence)!;
      expect(record.sequence).toBe(sequence);
      const after = sequence === 1300 ? log.link : recordOf(log, sequence + 1)?.link;
      expect(after).toEqual(linkAfter(crypto, record));
    }
  });

  it('is found again in its pages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1200 }), fc.nat(1200), (count, released) => {
        const log = filledLog(count);
        const read = logOf(log.pages, count, Math.min(released, count), crypto);
        expect(read).toEqual(log);
      }),
      { seed: 71, numRuns: runs(6) },
    );
  });

  it('is not believed when it ends before a record that must be there, or before one that was released', () => {
    const log = filledLog(20);
    expect(logOf(log.pages, 21, 0, crypto)).toBeUndefined();
    expect(logOf(log.pages, 20, 21, crypto)).toBeUndefined();
    expect(logOf(EMPTY_LOG.pages, 0, 0, crypto)).toEqual(EMPTY_LOG);
  });

  it('is not believed with any byte changed in a record that the server has not', () => {
    const log = filledLog(5);
    for (let at = 0; at < 5 * 32; at++) {
      const page = (log.pages[0] as Uint8Array).slice();
      page[at] = (page[at] as number) ^ 1;
      const pages = [page, ...log.pages.slice(1)];
      const read = logOf(pages, 5, 0, crypto);
      // The newest record has no other after it that vouches for it; its link still must fit.
      const isNewestBody = at >= 4 * 32 + 4 && at < 4 * 32 + 18;
      expect(read === undefined).toBe(!isNewestBody);
    }
  });

  it('gives pieces that parse as segments, from the oldest that is left', () => {
    const log = filledLog(600);
    const records = recordsFrom(log, 1, 48);
    expect(records.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 48 }, (_, index) => 89 + index),
    );
    const segment = parseSegment(encodeSegment({ lockId: LOCK_ID, records }), crypto);
    expect(segment.ok).toBe(true);
    expect(recordsFrom(log, 590, 48)).toHaveLength(11);
    expect(recordsFrom(log, 601, 48)).toEqual([]);
  });

  it('G4 never goes round', () => {
    const full = { ...EMPTY_LOG, head: LOG_SEQUENCE_MAX };
    expect(() => appendRecord(full, entry, crypto)).toThrow(RangeError);
  });
});
