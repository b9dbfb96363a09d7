/** `doorwright site trim`: letting go of old changes, so that the store does not grow for ever. */
import {
  OUTBOX_DAYS,
  OUTBOX_KEEP,
  type OutboxTrim,
  trimOutbox,
} from '../../adapters/site/trim-outbox.js';
import { readCount } from '../arguments.js';
import type { Command } from '../command.js';
import { EXIT, UsageError } from '../failure.js';
import { untilInterrupted } from './interrupt.js';
import { withSite } from './opened.js';
import { counted } from './reading.js';

/** Drops the changes that are old and many revisions ago. */
export const runTrim: Command['run'] = (args, terminal) => {
  const days = readCount('days', args.get('days') ?? `${OUTBOX_DAYS.usual}`, OUTBOX_DAYS.most);
  const keep = readCount('keep', args.get('keep') ?? `${OUTBOX_KEEP.usual}`, OUTBOX_KEEP.most);
  if (keep < OUTBOX_KEEP.least)
    throw new UsageError(`\`--keep\` must be at least ${OUTBOX_KEEP.least}: \`${keep}\``);
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
