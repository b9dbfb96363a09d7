// A house with two doors on MQTT, found by Home Assistant: `npm install && npm start`.
import { readFileSync } from 'node:fs';
import { compilePolicy } from 'doorwright';
import { enginePdp, lockGateway } from 'doorwright/locks';
import { homeAssistant, mqttHub, mqttLocks } from 'doorwright/mqtt';

const say = (text) => process.stdout.write(`${text}\n`);
const told = (fields, message) => say(`${message} ${JSON.stringify(fields)}`);
const logger = { debug: () => undefined, info: told, warn: told, error: told };

const home = JSON.parse(readFileSync(new URL('home.json', import.meta.url), 'utf8'));
const hub = mqttHub({
  url: process.env.BROKER ?? 'mqtt://127.0.0.1:1883',
  username: 'gateway',
  password: process.env.GATEWAY_PASSWORD,
  logger,
});
const gateway = lockGateway({
  pdp: enginePdp({ engine: compilePolicy(home) }),
  providers: { mqtt: mqttLocks({ hub, devices: ['front-lock', 'garage-lock'] }) },
  doors: {
    front: { provider: 'mqtt', device: 'front-lock', unlockSeconds: 3 },
    garage: { provider: 'mqtt', device: 'garage-lock' },
  },
  logger,
});
const assistant = homeAssistant({
  hub,
  gateway,
  doors: [
    { door: 'front', device: 'front-lock', name: 'Front door' },
    { door: 'garage', device: 'garage-lock', name: 'Garage' },
  ],
  // Whoever touches a screen of Home Assistant has the rights of this user, and no more.
  subject: { type: 'user', id: 'panel' },
  onReport: (door, { decision, command }) =>
    say(`${door}: ${decision?.context.reason ?? 'undecided'}, ${command?.outcome ?? 'no command'}`),
});
gateway.followUnlockSchedules();

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    await assistant.stop();
    await gateway.close();
    await hub.close();
  });
