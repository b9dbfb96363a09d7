// A bridge at some doors: `npm run bridge lobby-bridge`. GET /?user=ada&door=front decides, with the source or without it.
import { createServer } from 'node:http';
import { httpSource, openConsumer } from 'doorwright/distribution';
import { feedFolder, nodeCrypto } from 'doorwright/node';
import { BRIDGES, SECRET } from './building.mjs';

const name = process.argv[2] ?? 'lobby-bridge';
const { token, slice } = BRIDGES[name];
const crypto = nodeCrypto();

const consumer = await openConsumer({
  organization: 'acme',
  slice,
  name,
  source: httpSource({ url: process.env.FEED ?? 'http://127.0.0.1:4000/feed/v1', token }),
  keys: [crypto.ed25519Public(SECRET)],
  crypto,
  memory: feedFolder(process.env.DISK ?? `disk-of-${name}`),
  classes: [
    { doors: ['vault'], maxStalenessSeconds: 60, whenStale: 'fail_secure' },
    { maxStalenessSeconds: 3600, whenStale: 'degrade' },
  ],
  onFault: (fault, detail) => process.stderr.write(`${fault}: ${detail}\n`),
});
await consumer.ready;

const server = createServer((request, response) => {
  const asked = new URL(request.url, 'http://localhost').searchParams;
  const view = consumer.pdp.local();
  const decided =
    view.ok &&
    view.value.decide({
      subject: { type: 'user', id: asked.get('user') ?? '' },
      action: { name: 'unlock' },
      resource: { type: 'door', id: asked.get('door') ?? '' },
      context: { time: Date.now() },
    });
  response.end(`${JSON.stringify({ ...decided, faults: consumer.pdp.status().faults })}\n`);
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});
