/** `doorwright who`: who may open this door now, and who has access but not now. */
import type { Facts } from '../../engine/request.js';
import { requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { FACTS_OPTIONS, factsLines, readFacts } from '../facts.js';
import { EXIT } from '../failure.js';
import { accessTo, openingRequest } from '../holders.js';
import { LIST_OPTIONS, listData, listLines, readLinesMax } from '../list-text.js';
import { openableOf } from '../openable.js';
import { POLICY_OPTIONS, readPolicy } from '../policies.js';
import type { Openable, Site } from '../site.js';
import { asksWhoCould, runWhoCould, WHO_COULD_OPTIONS } from '../who-could.js';
import { called } from '../words.js';

/** The command `who`. */
export const WHO: Command = {
  name: 'who',
  summary: 'list who may open a door now, and apart who has access but not now',
  usage: '<policy.json> --door D | --stop S [--at T] [--facts F | --any-facts | --ever]',
  about: [
    'Two lists: everybody whom the door lets in at that instant with those facts, with the access rights that do it; and everybody who holds a right there that does not count now, with its status (pending, expired, inactive hours) or with what the door asks for. Members stand in for their teams.',
    'Without --facts the question is that of a remote opening from an unknown position, so a door with a geofence lets nobody in.',
    'With --any-facts the list is of everybody whom the door lets in at that instant with some facts (a tap at its reader, a second factor, somebody along), each with the least it takes; with --ever, of everybody whom it lets in at some time from --at until --until. Both are complete.',
    'Exit code: 0 somebody may open it, 1 nobody, 2 bad usage or input.',
  ],
  examples: [
    'doorwright who policy.json --door front --at 2026-11-23T09:00:00+01:00',
    `doorwright who policy.json --door front --facts '{"method":"tap","reader":"r1"}'`,
    'doorwright who policy.json --door front --at 2026-12-24T22:00:00+01:00 --any-facts',
    'doorwright who policy.json --door front --ever --json',
  ],
  options: {
    ...POLICY_OPTIONS,
    door: { value: 'D', about: 'the door asked about' },
    stop: { value: 'S', about: 'the elevator stop asked about' },
    action: { value: 'A', about: 'the action; default unlock, of a stop get_access' },
    ...FACTS_OPTIONS,
    ...WHO_COULD_OPTIONS,
    ...LIST_OPTIONS,
  },
  filesMax: 1,
  async run(args, terminal) {
    const file = requiredFile(args, 'a policy file');
    const linesMax = readLinesMax(args);
    const could = asksWhoCould(args);
    const asked = await readFacts(args);
    const site = await readPolicy(file, args, terminal);
    const openable = openableOf(site, args);
    if (could) return runWhoCould(site, openable, asked.ms, linesMax, args, terminal);
    const action = args.get('action') ?? openable.action;
    const lists = accessTo(site, openable, action, asked.facts);
    const isOpen = standsOpen(site, openable, action, asked.facts);
    if (args.has('json')) {
      const data = {
        resource: { type: openable.type, id: openable.id },
        action,
        time: asked.facts.time,
        ...listData(lists, 'subject'),
      };
      await terminal.write(`${JSON.stringify(data, undefined, 2)}\n`);
    } else {
      const name = site.nameOf(openable.type, openable.id);
      const lines = [
        terminal.paint('bold', `${called(openable)}${name === undefined ? '' : ` (${name})`}`),
        ...factsLines(asked, site.wallOf(openable.type, openable.id)),
        ...(isOpen ? [terminal.paint('green', 'it stands unlocked: open to everybody')] : []),
        '',
        ...listLines(site, lists, { about: 'subject', linesMax }, terminal),
      ];
      await terminal.write(`${lines.join('\n')}\n`);
    }
    return lists.now.length > 0 || isOpen ? EXIT.yes : EXIT.no;
  },
};

/** Whether the door stands open for everybody: then it does so for a person it has never heard of. */
function standsOpen(site: Site, openable: Openable, action: string, facts: Facts): boolean {
  const stranger = { type: 'user', id: '(nobody)' };
  const request = openingRequest(stranger, openable, action, facts);
  return site.engine.decide(request).context.reason === 'door_unlocked';
}
