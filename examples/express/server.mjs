// An office with two doors, served by Express: `npm install && npm start`.
import { readFileSync } from 'node:fs';
import { compilePolicy } from 'doorwright';
import { authzenPoint } from 'doorwright/authzen';
import { authzenRouter, enginePdp, expressAccess } from 'doorwright/express';
import express from 'express';
import { clientOf, factsOf, personOf } from './people.mjs';

const port = Number(process.env.PORT ?? 3000);
const office = JSON.parse(readFileSync(new URL('office.json', import.meta.url), 'utf8'));
const pdp = enginePdp({ engine: compilePolicy(office) });

const app = express();
const baseUrl = `http://localhost:${port}`;
// Before body parsers: the endpoints read what was sent, byte by byte.
app.use(authzenRouter(authzenPoint({ pdp, baseUrl, authenticate: clientOf })));
app.use(express.json());

const { requireDoor } = expressAccess({
  pdp,
  subject: ({ headers }) => personOf(headers.authorization)?.id,
  facts: ({ headers }) => factsOf(headers.authorization),
});

app.post('/doors/:door/unlock', requireDoor('door'), (request, response) => {
  // Here the lock would be told to open.
  const { subject, resource } = request.access;
  response.json({ opened: resource.id, by: subject.id });
});

const server = app.listen(port, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});
