/** `doorwright doors`: which doors this person may open now, and which only at other times. */
import type { Entity } from '../../engine/request.js';
import type { Arguments } from '../arguments.js';
import { requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { FACTS_OPTIONS, factsLines, readFacts } from '../facts.js';
import { EXIT, UsageError } from '../failure.js';
import { accessOf } from '../holders.js';
import { LIST_OPTIONS, listData, listLines, readLinesMax } from '../list-text.js';
import { OPEN_HOURS_OPTIONS, readOpenSpan, runOpenHours } from '../open-hours.js';
import { POLICY_OPTIONS, readPolicy } from '../policies.js';
import type { Site } from '../site.js';
import { mustExist, openablesOf } from '../site.js';
import { called } from '../words.js';

/** The command `doors`. */
export const DOORS: Command = {
  name: 'doors',
  summary: 'list the doors a person or link may open now, and apart those only at other times',
  usage: '<policy.json> --user U | --link L [--at T | --from T --until T | --week] [--facts F]',
  about: [
    'Two lists of doors and elevator stops: those that open for this subject at that instant with those facts; and those where it holds a right that does not count now, with its status (pending, expired, inactive hours) or with what the door asks for.',
    'Without --facts the question is that of a remote opening from an unknown position, so a door with a geofence stays shut.',
    'With --from and --until, or with --week, the question is when: each door that opens within that time, with each least thing that the person must bring (with --facts only that) and the hours of which it is enough.',
    'Exit code: 0 some door opens, 1 none, 2 bad usage or input.',
  ],
  examples: [
    'doorwright doors policy.json --user ada --at 2026-11-23T09:00:00+01:00',
    'doorwright doors policy.json --link courier --json',
    'doorwright doors policy.json --user ada --week --from 2026-11-30T00:00:00+01:00',
  ],
  options: {
    ...POLICY_OPTIONS,
    user: { value: 'U', about: 'the user asked about' },
    link: { value: 'L', about: 'the access link asked about' },
    ...FACTS_OPTIONS,
    ...OPEN_HOURS_OPTIONS,
    ...LIST_OPTIONS,
  },
  filesMax: 1,
  async run(args, terminal) {
    const file = requiredFile(args, 'a policy file');
    const linesMax = readLinesMax(args);
    const span = readOpenSpan(args);
    const asked = await readFacts(args);
    const site = await readPolicy(file, args, terminal);
    const subject = subjectOf(site, args);
    if (span !== undefined) {
      if (!asked.isNow)
        throw new UsageError('`--facts` say a time, and so does the span asked about');
      const { time: _, ...given } = asked.facts;
      const facts = asked.isBare ? undefined : given;
      return runOpenHours(site, subject, span, facts, linesMax, args, terminal);
    }
    const lists = accessOf(site, subject, openablesOf(site.policy), asked.facts);
    if (args.has('json')) {
      const data = { subject, time: asked.facts.time, ...listData(lists, 'resource') };
      await terminal.write(`${JSON.stringify(data, undefined, 2)}\n`);
    } else {
      const name = site.nameOf(subject.type, subject.id);
      const lines = [
        terminal.paint('bold', `${called(subject)}${name === undefined ? '' : ` (${name})`}`),
        ...factsLines(asked, site.wallOf(subject.type, subject.id)),
        '',
        ...listLines(site, lists, { about: 'resource', linesMax }, terminal),
      ];
      await terminal.write(`${lines.join('\n')}\n`);
    }
    return lists.now.length > 0 ? EXIT.yes : EXIT.no;
  },
};

function subjectOf(site: Site, args: Arguments): Entity {
  const user = args.get('user');
  const link = args.get('link');
  if ((user === undefined) === (link === undefined)) {
    throw new UsageError('say whose doors with --user or with --link');
  }
  if (user !== undefined) {
    mustExist('user', user, site.policy.users ?? []);
    return { type: 'user', id: user };
  }
  mustExist('link', link ?? '', site.policy.links ?? []);
  return { type: 'link', id: link ?? '' };
}
