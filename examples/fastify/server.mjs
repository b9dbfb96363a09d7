// An office with two doors, served by Fastify: `npm install && npm start`.
import { readFileSync } from 'node:fs';
import { compilePolicy } from 'doorwright';
import { authzenPoint } from 'doorwright/authzen';
import { accessPlugin, authzenPlugin, enginePdp } from 'doorwright/fastify';
import Fastify from 'fastify';
import { clientOf, factsOf, personOf } from './people.mjs';

const port = Number(process.env.PORT ?? 3000);
const office = JSON.parse(readFileSync(new URL('office.json', import.meta.url), 'utf8'));
const pdp = enginePdp({ engine: compilePolicy(office) });

const app = Fastify();
await app.register(accessPlugin, {
  pdp,
  subject: ({ headers }) => personOf(headers.authorization)?.id,
  facts: ({ headers }) => factsOf(headers.authorization),
});

app.post('/doors/:door/unlock', { preHandler: app.access.requireDoor('door') }, (request) => {
  // Here the lock would be told to open.
  const { subject, resource } = request.access;
  return { opened: resource.id, by: subject.id };
});

const baseUrl = `http://localhost:${port}`;
await app.register(authzenPlugin, {
  point: authzenPoint({ pdp, baseUrl, authenticate: clientOf }),
});

process.stdout.write(`listening on ${await app.listen({ port, host: '127.0.0.1' })}\n`);
