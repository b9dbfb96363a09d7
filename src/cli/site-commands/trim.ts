/** `doorwright site trim`: letting go of old changes, so that the store does not grow for ever. */
import { type OutboxTrim, trimOutbox } from '../../adapters/site/trim-outbox.js';
import { readCount } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, UsageError } from '../failure.js';
import { untilInterrupted } from './interrupt.js';
import { withSite } from './opened.js';
import { counted } from './reading.js';

/** Fewer changes than this are never left: processes that are a moment behind read them. */
const KEEP_MIN = 1_000;

/** Drops the changes that are old and many revisions ago. */
export const runTrim: Command['run'] = (args, terminal) => {
  const days = readCount('days', args.get('days') ?? '30', 36_500);
  const keep = readCount('keep', args.get('keep') ?? '10000', 1_000_000);
  if (keep < KEEP_MIN) throw new UsageError(`\`--keep\` must be at least ${KEEP_MIN}: \`${keep}\``);
  return withSite(args, async ({ site }) => {
    const progress = (dropped: number) => terminal.progress(`${dropped} changes`);
    const stopping = () => terminal.warn('doorwright: stopping; what went is gone');
    let isStopped = false;
    const trim = await untilInterrupted(stopping, async (signal) => {
      const done = await trimOutbox(site, { days, keep, signal, progress });
      isStopped = signal.aborted;
      return done;
    });
    terminal.progress(undefined);
    await terminal.write(
      `${args.has('json') ? JSON.stringify(trim, undefined, 2) : words(trim)}\n`,
    );
    return isStopped ? EXIT.interrupted : EXIT.yes;
  });
};

function words({ dropped, heldByFeed }: OutboxTrim): string {
  const went = dropped === 0 ? 'nothing was old enough' : `${counted(dropped, 'change')} dropped`;
  return heldByFeed === undefined
    ? went
    : `${went}; more would go, but the feed of this site starts from revision ${heldByFeed}`;
}
