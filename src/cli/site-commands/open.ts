/** `doorwright site open`: an opening decided as the site decides it, and remembered. */
import type { AccessRequest } from '../../engine/request.js';
import type { Arguments } from '../arguments.js';
import type { Command } from '../command.js';
import { readFacts } from '../facts.js';
import { EXIT, UsageError } from '../failure.js';
import { shown } from '../terminal.js';
import { sentence } from '../words.js';
import { withSite } from './opened.js';
import { single } from './reading.js';

/** Decides one opening with the site's presence, arrivals, links and zones, and leaves an event. */
export const runOpen: Command['run'] = async (args, terminal) => {
  const asked = askedOf(args);
  single(args, 'at');
  const { facts, isNow } = await readFacts(args);
  return withSite(args, async ({ site }) => {
    // Not the second that has begun: what was written in it counts, a lockdown first of all.
    const context = isNow ? { ...facts, time: site.host.now() } : facts;
    const { decision, event } = await site.open({ ...asked, context });
    const { reasons } = decision.context;
    const text = args.has('json')
      ? JSON.stringify({ ...decision, event: event?.id ?? null }, undefined, 2)
      : `${decision.decision ? 'permit' : 'deny'}: ${reasons.map(sentence).map(shown).join('; ')}`;
    await terminal.write(`${text}\n`);
    return decision.decision ? EXIT.yes : EXIT.no;
  });
};

function askedOf(args: Arguments): Omit<AccessRequest, 'context'> {
  const [user, link] = [single(args, 'user'), single(args, 'link')];
  const [door, stop] = [single(args, 'door'), single(args, 'stop')];
  if ((user === undefined) === (link === undefined)) {
    throw new UsageError('say who opens, by one of `--user` and `--link`');
  }
  if ((door === undefined) === (stop === undefined)) {
    throw new UsageError('say what, by one of `--door` and `--stop`');
  }
  return {
    subject: link === undefined ? { type: 'user', id: user ?? '' } : { type: 'link', id: link },
    action: { name: stop === undefined ? 'unlock' : 'get_access' },
    resource:
      stop === undefined ? { type: 'door', id: door ?? '' } : { type: 'elevator_stop', id: stop },
  };
}
