// @ts-check
// The phone's server for one machine: `node examples/phone/server.mjs --folder state --enrol johanna`.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fastestCrypto } from 'doorwright/node';
import { openBridgeLocks } from './desk/bridge-locks.mjs';
import { openDesk } from './desk/desk.mjs';
import { folderMemory } from './desk/folder.mjs';
import { serveDesk } from './desk/serve.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

const HELP = `The server of the phone example, for this machine alone.

node examples/phone/server.mjs --folder FOLDER [options]

  --folder FOLDER    what it remembers; the site's keys too
  --policy FILE      the policy (examples/housing/policy.json)
  --page FOLDER      the built page (dist/phone)
  --port NUMBER      where it listens (8082; 0: any free port)
  --enrol USER       print a code with which this person enrols one phone; again for more
  --withdraw USER    end every right of this person
  --give USER        give them back
  --lost PHONE       this phone was lost
  --locks            a lock for each offline door, on this machine: see the README
  --demo             let anybody be anybody; never where somebody else may ask
  --help             this text
`;

/** @typedef {ReturnType<typeof readOptions>} Options */

const say = (/** @type {string} */ text) => process.stdout.write(`${text}\n`);
const complain = (/** @type {unknown} */ error) =>
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
const random = (/** @type {number} */ size) => new Uint8Array(randomBytes(size));

try {
  const options = readOptions();
  if (options.help) process.stdout.write(HELP);
  else await run(options);
} catch (error) {
  complain(error);
  process.exitCode = 2;
}

function readOptions() {
  const several = { type: /** @type {const} */ ('string'), multiple: /** @type {const} */ (true) };
  const { values } = parseArgs({
    options: {
      folder: { type: 'string' },
      policy: { type: 'string', default: here('../housing/policy.json') },
      page: { type: 'string', default: here('../../dist/phone') },
      port: { type: 'string', default: '8082' },
      enrol: several,
      withdraw: several,
      give: several,
      lost: several,
      locks: { type: 'boolean', default: false },
      demo: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (!/^\d{1,5}$/u.test(values.port)) throw new TypeError(`no port \`${values.port}\``);
  return values;
}

/** @param {Options} options */
async function run(options) {
  const { folder, page, port, policy, demo } = options;
  if (folder === undefined) throw new TypeError('`--folder` says where to remember things');
  const memory = folderMemory(folder);
  /** @type {(() => Promise<void>)[]} */
  const ends = [async () => memory.close()];
  try {
    const crypto = await fastestCrypto();
    const desk = await openDesk({
      ...{ policy: readJson(policy), crypto, random, memory, demo },
      now: () => Math.floor(Date.now() / 1000),
      onFault: complain,
    });
    if (options.locks) ends.unshift(await startLocks(desk, { folder, crypto }));
    await doAsTold(desk, options);
    /** @type {[string, string][]} */
    const codes = [];
    for (const user of options.enrol ?? []) codes.push([user, await desk.makeCode(user)]);
    const server = await serveDesk({ desk, page, port: Number(port) });
    ends.unshift(() => server.close());
    say(`The phone's page: ${server.address}`);
    for (const [user, code] of codes) {
      say(`Code for ${user}: ${code}   ${server.address}#code=${code}`);
    }
    await stopped();
  } finally {
    for (const end of ends) await end();
  }
}

/** @param {import('./desk/desk.mjs').OpenDesk} desk @param {Options} options */
async function doAsTold(desk, { withdraw, give, lost, demo }) {
  for (const user of withdraw ?? []) await desk.withdraw(user);
  for (const user of give ?? []) await desk.give(user);
  for (const device of lost ?? []) await desk.withdrawDevice(device);
  if (demo) say('Anybody may be anybody here (--demo).');
}

/** @param {import('./desk/desk.mjs').OpenDesk} desk @param {{ folder: string, crypto: import('doorwright/node').Crypto }} parts */
async function startLocks(desk, { folder, crypto }) {
  const { doors } = await desk.overview();
  const missing = doors.filter(({ lock }) => lock === null).length;
  if (missing > 0) say(`Making and commissioning ${missing} locks ...`);
  const locks = await openBridgeLocks(desk, {
    ...{ folder, crypto, random, onFault: complain },
    moveBolt: async ({ lockId, operation, seconds }) => {
      const now = (await desk.overview()).doors;
      const door = now.find(({ lock }) => lock === lockId)?.label ?? lockId;
      say(`The bolt: ${door}, ${operation}${seconds > 0 ? `, ${seconds} s` : ''}`);
      return true;
    },
  });
  say(`${doors.length} locks at ${locks.socket}`);
  return locks.close;
}

/** @param {string} file @returns {unknown} */
function readJson(file) {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError(`\`${file}\` is no JSON`);
  }
}

/** Resolves when somebody ends the program. @returns {Promise<void>} */
function stopped() {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
