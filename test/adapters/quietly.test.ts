import { describe, expect, test } from 'vitest';
import { quietLogger, quietly } from '../../src/adapters/quietly.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a hook', () => {
  test('is told everything, and what it answers is nobody’s matter', () => {
    const told: unknown[] = [];
    const tell = quietly((a: number, b: string) => told.push([a, b]));
    expect(tell(1, 'x')).toBeUndefined();
    expect(told).toEqual([[1, 'x']]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('bad');
      },
    ],
    ['rejects', () => Promise.reject(new Error('bad'))],
  ])('that %s stops nobody, and whoever asked hears why', async (_, hook) => {
    const failures: unknown[] = [];
    // Alone: a rejection that nobody took would fail this run.
    quietly(hook)();
    quietly(hook, (error) => failures.push(error))();
    await turn();
    expect(failures).toEqual([new Error('bad')]);
  });

  test('that is not there does nothing', () => {
    expect(quietly(undefined)()).toBeUndefined();
  });
});

describe('a logger', () => {
  test('is called as the object it is, and does not throw', () => {
    class Lines {
      readonly written: unknown[] = [];
      debug(fields: object, message: string) {
        this.written.push(['debug', fields, message]);
      }
      info(fields: object, message: string) {
        this.written.push(['info', fields, message]);
      }
      warn(fields: object, message: string) {
        this.written.push(['warn', fields, message]);
      }
      error(fields: object, message: string): never {
        this.written.push(['error', fields, message]);
        throw new Error('the disk is full');
      }
    }
    const lines = new Lines();
    const logger = quietLogger(lines);
    for (const level of ['debug', 'info', 'warn', 'error'] as const)
      logger?.[level]({ level }, 'x');
    expect(lines.written).toEqual(
      ['debug', 'info', 'warn', 'error'].map((level) => [level, { level }, 'x']),
    );
  });

  test('that is not there stays away', () => {
    expect(quietLogger(undefined)).toBeUndefined();
  });
});
