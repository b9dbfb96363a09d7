/** The Hono middleware keeps the contract, on Hono's server for Node. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { vi } from 'vitest';
import { authzenApp } from '../../src/adapters/hono/authzen.js';
import { type AccessEnv, honoAccess } from '../../src/adapters/hono/middleware.js';
import { authzenContractOf } from './authzen-contract.js';
import { contractOf } from './contract.js';
import { answerOf, type Running, type Service } from './service.js';

// Hono prints every error that the host does not handle itself.
vi.spyOn(console, 'error').mockImplementation(() => {});

contractOf('hono', start);
authzenContractOf('hono', start);

async function start(service: Service): Promise<Running> {
  const app = new Hono();
  const { facts, subject, remember, ran, report, point, ...settings } = service;
  const access = honoAccess({
    ...settings,
    subject: (context) => subject((name) => context.req.header(name)),
    facts: (context) => facts((name) => context.req.header(name)),
  });
  const door = access.requireDoor('door', { remember });
  const handler = (context: Context<AccessEnv>) => {
    ran(context.get('access'));
    return context.json(answerOf(context.get('access')));
  };
  app.post('/doors/:door/unlock', door, handler);
  app.get('/doors/:door', door, handler);
  const resource = (context: Context) => report((name) => context.req.header(name));
  app.post('/reports', access.requireAccess({ resource }), handler);
  if (point !== undefined) app.route('/', authzenApp(point));
  app.post('/echo', async (context) => context.text((await context.req.json()).word));
  app.get('/open', (context) => context.text('open'));
  const server = createServer(getRequestListener(app.fetch)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
