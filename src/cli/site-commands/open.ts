/** `doorwright site open`: an opening decided as the site decides it, and remembered. */
import type { Command } from '../command.js';
import { readFacts } from '../facts.js';
import { EXIT } from '../failure.js';
import { shown } from '../terminal.js';
import { sentence } from '../words.js';
import { withSite } from './opened.js';
import { required } from './reading.js';

/** Decides one opening with the site's presence, arrivals, links and zones, and leaves an event. */
export const runOpen: Command['run'] = (args, terminal) =>
  withSite(args, async ({ site }) => {
    const { facts } = await readFacts(args);
    const subject = args.has('link')
      ? { type: 'link', id: required(args, 'link') }
      : { type: 'user', id: required(args, 'user') };
    const { decision, event } = await site.open({
      subject,
      action: { name: 'unlock' },
      resource: { type: 'door', id: required(args, 'door') },
      context: facts,
    });
    const { reasons } = decision.context;
    const text = args.has('json')
      ? JSON.stringify({ ...decision, event: event?.id ?? null }, undefined, 2)
      : `${decision.decision ? 'permit' : 'deny'}: ${reasons.map(sentence).map(shown).join('; ')}`;
    await terminal.write(`${text}\n`);
    return decision.decision ? EXIT.yes : EXIT.no;
  });
