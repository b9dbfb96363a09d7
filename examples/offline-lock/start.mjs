// Ada and Ben, a shed, and a lock that has no network: `npm install --ignore-scripts && npm start`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openHouse } from './house.mjs';
import { virtualAir } from './virtual/air.mjs';
import { VirtualController } from './virtual/controller.mjs';
import { lossy } from './virtual/loss.mjs';

const say = (text) => process.stdout.write(`${text}\n`);
const { radio, seed, lock, phone } = asked();

// Three of ten adverts are lost, and once what the lock says after its bolt moved.
const loses = lossy(seed, { adverts: 300, data: 0 });
let isCutAfterBolt = false;
let isCut = false;
const air = virtualAir({
  carries: (flight) =>
    !(isCut && flight.kind === 'data' && flight.from === 'lock') && loses(flight),
});
const adapters = radio
  ? { lockAdapter: lock, phoneAdapter: phone }
  : {
      lockAdapter: new VirtualController(air, 'lock', 1),
      phoneAdapter: new VirtualController(air, 'phone', 2),
    };

const folder = mkdtempSync(join(tmpdir(), 'offline-lock-'));
let house;
try {
  house = await openHouse({
    policy: JSON.parse(readFileSync(new URL('shed.json', import.meta.url), 'utf8')),
    folder,
    ...adapters,
    moveBolt: async ({ operation, seconds }) => {
      say(`  the bolt: ${operation}, ${seconds} s`);
      isCut = isCutAfterBolt;
      return true;
    },
    onFault: (error) => say(`  the radio: ${error.message}`),
  });
  await tell();
} catch (error) {
  say(`it ended: ${error.message}`);
  process.exitCode = 1;
} finally {
  house?.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function tell() {
  await house.commission();
  say('The lock is commissioned.');
  house.enrol('ada');
  house.enrol('ben');
  await visit('ada');
  await visit('ben');

  house.site.withdraw('ben');
  say("Ben's grant is withdrawn. Neither his phone nor the lock knows.");
  house.meetServer('ada');
  await visit('ada');
  await visit('ben');
  house.meetServer('ada');
  say(`The server has the lock's word that it knows: ${house.site.isLockInformed ? 'yes' : 'no'}.`);

  if (radio) return;
  isCutAfterBolt = true;
  say("Ada's link breaks after the bolt moved, before the lock can say so.");
  await visit('ada');
  isCutAfterBolt = false;
  isCut = false;
  await visit('ada');
}

async function visit(user) {
  const { code, status, mayHaveActed } = await house.open(user);
  const why = status === null || status === code ? '' : `, ${status}`;
  say(`${user}: ${code}${why}; the door may be open: ${mayHaveActed ? 'yes' : 'no'}`);
}

/** What was asked for on the command line; ends the program where that is nothing. */
function asked() {
  const number = (given, name) => {
    if (!/^\d{1,9}$/u.test(given)) throw new TypeError(`--${name} takes a whole number`);
    return Number(given);
  };
  try {
    const { values } = parseArgs({
      options: {
        radio: { type: 'boolean', default: false },
        lock: { type: 'string', default: '0' },
        phone: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
      },
    });
    const { radio } = values;
    const [seed, lock, phone] = ['seed', 'lock', 'phone'].map((name) => number(values[name], name));
    return { radio, seed, lock, phone };
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}
