/** `doorwright why-not`: why a door stays shut for somebody, and the smallest changes that would open it. */
import { whyNot } from '../../analysis/questions/why-not.js';
import type { Entity } from '../../engine/request.js';
import { parseInstant } from '../../values/instant.js';
import type { Arguments } from '../arguments.js';
import { requiredFile } from '../arguments.js';
import type { Command } from '../command.js';
import { FACTS_OPTIONS, factsLines, readFacts } from '../facts.js';
import { EXIT, UsageError } from '../failure.js';
import { openingRequest } from '../holders.js';
import { LIST_OPTIONS, readLinesMax } from '../list-text.js';
import { openableOf } from '../openable.js';
import { POLICY_OPTIONS, readPolicy } from '../policies.js';
import { mustExist, type Site } from '../site.js';
import { wallText } from '../wall.js';
import { whyNotLines } from '../why-not-text.js';
import { called } from '../words.js';

/** The command `why-not`. */
export const WHY_NOT: Command = {
  name: 'why-not',
  summary: 'say why a door stays shut for somebody, and the smallest changes that would open it',
  usage: '<policy.json> --user U | --link L --door D | --stop S [--at T] [--facts F]',
  about: [
    'First why it is refused; then the smallest change of facts that would permit (another reader, another time); then changes of the policy that would, each applied and asked before it is told: those that concern this person alone first, then those of the fewest elements, then those that let in the fewest others.',
    'With --json each proposal has its `changes`, as `engine.apply` takes them, its steps, its size and its breadth. Never proposed: a door unlocked for everybody, another role model, an offline lock made online, a stolen credential made good.',
    'Exit code: 0 changes were found or it is permitted, 1 none was found, 2 bad usage or input.',
  ],
  examples: [
    'doorwright why-not policy.json --user ada --door vault --at 2026-12-24T22:00:00+01:00',
    `doorwright why-not policy.json --user ada --door vault --facts '{"method":"tap","reader":"r1"}' --json`,
  ],
  options: {
    ...POLICY_OPTIONS,
    user: { value: 'U', about: 'the user asked about' },
    link: { value: 'L', about: 'the access link asked about' },
    door: { value: 'D', about: 'the door asked about' },
    stop: { value: 'S', about: 'the elevator stop asked about' },
    ...FACTS_OPTIONS,
    ...LIST_OPTIONS,
  },
  filesMax: 1,
  async run(args, terminal) {
    const file = requiredFile(args, 'a policy file');
    const linesMax = readLinesMax(args);
    const asked = await readFacts(args);
    const site = await readPolicy(file, args, terminal);
    const openable = openableOf(site, args);
    const subject = personOf(site, args);
    const request = openingRequest(subject, openable, openable.action, asked.facts);
    const found = whyNot(site.engine, request);
    if (args.has('json')) {
      await terminal.write(`${JSON.stringify({ request, ...found }, undefined, 2)}\n`);
    } else {
      const wall = site.wallOf(openable.type, openable.id);
      const clock = (time: unknown): string => wallText(wall, parseInstant(String(time)));
      const lines = [
        terminal.paint('bold', `${called(subject)} at ${called(openable)}`),
        ...factsLines(asked, wall),
        '',
        ...whyNotLines(found, linesMax, clock, terminal),
      ];
      await terminal.write(`${lines.join('\n')}\n`);
    }
    return found.decision.decision || found.proposals.length > 0 ? EXIT.yes : EXIT.no;
  },
};

/** The user or link asked about. */
function personOf(site: Site, args: Arguments): Entity {
  const [user, link] = [args.get('user'), args.get('link')];
  if ((user === undefined) === (link === undefined)) {
    throw new UsageError('say who with --user or with --link');
  }
  const type = user === undefined ? 'link' : 'user';
  const id = user ?? link ?? '';
  mustExist(type, id, site.policy[`${type}s`] ?? []);
  return { type, id };
}
