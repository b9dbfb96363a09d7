import { describe, expect, test } from 'vitest';
import type { LockCommandResult } from '../../src/adapters/for-locks.js';
import { answerDesk } from '../../src/adapters/locks/answer-desk.js';
import { commandBook } from '../../src/adapters/locks/command-book.js';
import { confirmed } from '../../src/adapters/locks/lock-order.js';
import { testClock } from './clock.js';

const FACE = { device: 'a', operation: 'unlock', seconds: 5 } as const;

/** A book, and how often something was sent. */
function bookOf(most?: number) {
  const clock = testClock();
  const book = commandBook(clock.now, most);
  let sent = 0;
  const give = (
    commandId: string,
    more: object = {},
    result: () => Promise<LockCommandResult> = async () => confirmed(),
  ) =>
    book.once({ commandId, expiresAt: clock.now() + 1000, ...more }, FACE, () => {
      sent++;
      return result();
    });
  return { clock, give, sent: () => sent };
}

describe('a book of commands', () => {
  test('sends each id once, also while the first is under way', async () => {
    const { clock, give, sent } = bookOf();
    await Promise.all([give('x'), give('x')]);
    await clock.pass(3_600_000);
    expect((await give('x')).outcome).toBe('confirmed');
    await give('y');
    expect(sent()).toBe(2);
  });

  test('takes what throws for a command that may have acted, and does not try again', async () => {
    const { give, sent } = bookOf();
    const broken = () => give('x', {}, () => Promise.reject(new Error('broken')));
    for (const result of [await broken(), await broken()])
      expect(result).toMatchObject({
        outcome: 'unavailable',
        mayHaveActed: true,
        retryable: false,
      });
    expect(sent()).toBe(1);
  });

  test('that is full sends nothing more until the time of some is over', async () => {
    const { clock, give, sent } = bookOf(3);
    for (const id of ['a', 'b', 'c']) await give(id);
    expect(await give('d')).toMatchObject({
      outcome: 'unavailable',
      mayHaveActed: false,
      retryable: true,
    });
    await clock.pass(1000);
    expect((await give('d')).outcome).toBe('confirmed');
    expect(sent()).toBe(4);
  });

  test('does not forget what is under way, however full it is', async () => {
    const { clock, give } = bookOf(1);
    void give('a', {}, () => new Promise(() => undefined));
    await clock.pass(10_000);
    expect((await give('b')).outcome).toBe('unavailable');
  });
});

describe('a desk of answers', () => {
  const asked = () => {
    const clock = testClock();
    const desk = answerDesk(clock);
    const order = { commandId: 'x', expiresAt: clock.now() + 1000 };
    return { clock, desk, waiting: desk.ask('a', order, () => ({ left: true })) };
  };

  test('takes the answer of the lock that was asked, and of no other, once', async () => {
    const { desk, waiting } = asked();
    expect(desk.answer('b', { commandId: 'x', result: 'done' })).toBe(false);
    expect(desk.answer('a', { commandId: 'y', result: 'done' })).toBe(false);
    expect(desk.answer('a', { commandId: 'x', result: 'refused', reason: 'busy' })).toBe(true);
    expect(desk.answer('a', { commandId: 'x', result: 'done' })).toBe(false);
    expect(await waiting).toMatchObject({
      outcome: 'refused',
      mayHaveActed: false,
      retryable: true,
    });
  });

  test('knows what is unsure: the time is up, or the way broke', async () => {
    const late = asked();
    await late.clock.pass(1000);
    expect(await late.waiting).toMatchObject({ outcome: 'timed_out', mayHaveActed: true });
    expect(late.desk.answer('a', { commandId: 'x', result: 'done' })).toBe(false);
    const lost = asked();
    lost.desk.lost('gone');
    expect(await lost.waiting).toMatchObject({ outcome: 'unavailable', mayHaveActed: true });
  });
});
