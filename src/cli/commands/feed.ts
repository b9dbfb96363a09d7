/** `doorwright feed`: a site as the source of decisions far away. */
import type { Command, SubcommandHelp } from '../command.js';
import { runFeedEpoch, runFeedKey, runFeedPublish } from '../feed-publish.js';
import { SITE_OPTIONS } from '../site-commands/options.js';
import { requireTaken, subcommandOf } from '../subcommand.js';

const SUBCOMMANDS: Readonly<Record<string, SubcommandHelp & { readonly run: Command['run'] }>> = {
  key: {
    run: runFeedKey,
    summary: 'make the key that signs a feed, and print its public half',
    usage: '--key F',
    options: ['key'],
    examples: ['doorwright feed key --key feed.key'],
  },
  publish: {
    run: runFeedPublish,
    summary: 'serve the feed of a site over HTTP on this machine',
    usage: '--key F --consumers F [--port N]',
    options: ['key', 'consumers', 'host', 'port', ...Object.keys(SITE_OPTIONS)],
    examples: [
      'doorwright feed publish --site .doorwright --key feed.key --consumers consumers.json',
    ],
  },
  epoch: {
    run: runFeedEpoch,
    summary: 'begin a new epoch, after a store was restored',
    usage: '[--site DIR | --database URL]',
    options: Object.keys(SITE_OPTIONS),
    examples: ['doorwright feed epoch --site .doorwright'],
  },
};

/** The command `feed`. */
export const FEED: Command = {
  name: 'feed',
  summary: 'publish a site to decision points far away, and see who enforces what',
  usage: '<key|publish|epoch> [options]',
  about: [
    '`key` makes the key that signs a feed and prints its public half. `publish` serves the feed of a site over HTTP on this machine, for `doorwright serve --feed` and other consumers; the file of --consumers says who may follow which doors. Each change is logged with the number of consumers that enforce it.',
    '`epoch` begins a new epoch: to be done after every restore of the store, before anything is written or published. Consumers then take a snapshot, and what was lost counts no more.',
    'Any number of processes may publish one store. docs/distribution.md says what the messages promise.',
    'Exit code: 0 done, or ended as told; 2 bad usage or input, no site, or an address that cannot be listened on.',
  ],
  examples: [
    'doorwright feed key --key feed.key',
    'doorwright feed publish --site .doorwright --key feed.key --consumers consumers.json',
    'doorwright serve --feed http://127.0.0.1:8081/feed/v1 --feed-key ed25519:… --feed-token token --organization acme --name lobby',
  ],
  options: {
    key: { value: 'F', about: 'the key that signs: a file that `feed key` makes' },
    consumers: { value: 'F', about: 'publish: slices of doors, and who may follow which' },
    host: { value: 'HOST', about: 'publish: an address of this machine; default 127.0.0.1' },
    port: { value: 'N', about: 'publish: 0 for any free one; default 8081' },
    ...SITE_OPTIONS,
  },
  filesMax: 1,
  subcommands: SUBCOMMANDS,
  async run(args, terminal) {
    const [name, subcommand] = subcommandOf(args, SUBCOMMANDS, 'key, publish or epoch');
    requireTaken(args, `feed ${name}`, Object.keys(FEED.options), subcommand.options);
    return subcommand.run(args, terminal);
  },
};
