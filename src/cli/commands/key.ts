/** `doorwright key`: offline keys on the command line. */
import { OPERATION_BITS, REQUIREMENT_BITS } from '../../../protocol/objects/grant.js';
import type { Command, SubcommandHelp } from '../command.js';
import { createKeys, issueKeys } from '../key-issue.js';
import { inspectKeys, verifyKeys } from '../key-verify.js';
import { POLICY_OPTIONS } from '../policies.js';
import { requireTaken, subcommandOf } from '../subcommand.js';

const SUBCOMMANDS: Readonly<Record<string, SubcommandHelp & { readonly run: Command['run'] }>> = {
  create: {
    run: createKeys,
    summary: 'make a key file for a policy, for trying out',
    usage: 'policy.json --keys F',
    options: ['keys', 'at', ...Object.keys(POLICY_OPTIONS)],
    examples: ['doorwright key create policy.json --keys keys.json'],
  },
  issue: {
    run: issueKeys,
    summary: 'make the bundle of one phone',
    usage: 'policy.json --keys F --user U --credential C --out F',
    options: [
      'keys',
      'user',
      'credential',
      'device-key',
      'out',
      'at',
      ...Object.keys(POLICY_OPTIONS),
    ],
    examples: [
      'doorwright key issue policy.json --keys keys.json --user ana --credential phone-ana --out ana.bundle',
    ],
  },
  inspect: {
    run: inspectKeys,
    summary: 'show what any object says, label by label',
    usage: '<object>',
    options: [],
    examples: ['doorwright key inspect ana.bundle'],
  },
  verify: {
    run: verifyKeys,
    summary: 'judge a grant as a lock does',
    usage: '<grant> --keys F --lock HEX [--at T]',
    options: [
      'keys',
      'root',
      'certificate',
      'site',
      'epoch',
      'lock',
      'snapshot',
      'operation',
      'met',
      'at',
    ],
    examples: [
      'doorwright key verify grant.hex --keys keys.json --lock a0b1c2d3e4f50617 --at 2026-12-04T12:00:00Z',
    ],
  },
};

/** The command `key`. */
export const KEY: Command = {
  name: 'key',
  summary: 'make, look at and judge offline keys',
  usage: '<create|issue|inspect|verify> <policy.json | object> [options]',
  about: [
    '`create` makes a key file for a policy: a root, a key for each role, locks for its offline doors and phones for its phone credentials. It is for trying out: a real site has these secrets in different places. `issue` makes the bundle of one phone from policy and key file.',
    '`inspect` shows what any object says, in diagnostic notation with the meaning of its labels; it checks no signature. `verify` judges a grant in the order in which a lock does and names the status; what only a session can show, the proof of the key, is taken as given. Without --snapshot it does not know what was withdrawn.',
    'An object is a file (raw, hexadecimal or base64), `-`, or hexadecimal or base64 itself. Files that are written can be read by nobody else and are never written over. Secrets are never printed.',
    'Exit code: 0 made, readable, or permitted; 1 no door got a grant, the object is malformed, or denied; 2 bad usage or input.',
  ],
  examples: [
    'doorwright key create policy.json --keys keys.json',
    'doorwright key issue policy.json --keys keys.json --user ana --credential phone-ana --out ana.bundle',
    'doorwright key inspect ana.bundle',
    'doorwright key verify grant.hex --keys keys.json --lock a0b1c2d3e4f50617 --at 2026-12-04T12:00:00Z',
  ],
  options: {
    keys: { value: 'F', about: 'the key file' },
    user: { value: 'ID', about: 'issue: whose phone' },
    credential: { value: 'ID', about: 'issue: the phone' },
    'device-key': {
      value: 'KEY',
      about: 'issue: its public COSE_Key, if not the one in the key file',
    },
    out: { value: 'F', about: 'issue: the bundle to write' },
    root: { value: 'KEY', about: 'verify: the root’s public COSE_Key' },
    certificate: { value: 'F', about: 'verify: a certificate', many: true },
    site: {
      value: 'HEX',
      about: 'verify: the lock’s site; default: that of the first certificate',
    },
    epoch: {
      value: 'N',
      about: 'verify: the lock’s trust epoch; default: that of the first certificate',
    },
    lock: { value: 'HEX', about: 'verify: the lock’s id, 8 bytes' },
    snapshot: {
      value: 'F',
      about: 'verify: a policy snapshot of this lock, to look at withdrawals',
    },
    operation: {
      value: 'NAME',
      choices: Object.keys(OPERATION_BITS),
      about: `verify: ${Object.keys(OPERATION_BITS).join(', ')}; default: unlock`,
    },
    met: {
      value: 'NAME',
      choices: [...Object.keys(REQUIREMENT_BITS), 'none'],
      about: `verify: requirements that are met: ${Object.keys(REQUIREMENT_BITS).join(', ')} or none; default: all`,
      many: true,
    },
    at: { value: 'T', about: 'the time; default: now' },
    ...POLICY_OPTIONS,
  },
  filesMax: 2,
  subcommands: SUBCOMMANDS,
  async run(args, terminal) {
    const [name, subcommand] = subcommandOf(args, SUBCOMMANDS, 'create, issue, inspect or verify');
    requireTaken(args, `key ${name}`, Object.keys(KEY.options), subcommand.options);
    return subcommand.run(args, terminal);
  },
};
