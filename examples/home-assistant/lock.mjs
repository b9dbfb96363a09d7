// A lock that is none, for trying the gateway: `node lock.mjs front-lock`.
import { mqttLock } from 'doorwright/mqtt';

const device = process.argv[2] ?? 'front-lock';
const lock = mqttLock({
  url: process.env.BROKER ?? 'mqtt://127.0.0.1:1883',
  username: device,
  password: process.env.LOCK_PASSWORD,
  device,
  onUp: () => process.stdout.write(`${device} is connected\n`),
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => lock.close());
