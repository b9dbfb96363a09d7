// The app on Node: `npm install && npm start`.
import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { officeApp } from './app.mjs';

const port = Number(process.env.PORT ?? 3000);
const office = JSON.parse(readFileSync(new URL('office.json', import.meta.url), 'utf8'));

serve(
  { fetch: officeApp(office, `http://localhost:${port}`).fetch, port, hostname: '127.0.0.1' },
  (at) => {
    process.stdout.write(`listening on http://127.0.0.1:${at.port}\n`);
  },
);
