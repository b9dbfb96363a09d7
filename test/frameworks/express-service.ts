/** A service of the contract on Express: the one that is given, 4 or 5. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type express from 'express';
import type { Request, Response } from 'express';
import { authzenRouter } from '../../src/adapters/express/authzen.js';
import { expressAccess } from '../../src/adapters/express/middleware.js';
import { answerOf, type Running, type Service } from './service.js';

/** Starts the service. */
export async function startExpress(framework: typeof express, service: Service): Promise<Running> {
  const app = framework();
  // Express prints errors that nobody handles, unless it believes to be under test.
  app.set('env', 'test');
  const { facts, subject, remember, ran, report, point, ...settings } = service;
  const access = expressAccess({
    ...settings,
    subject: (request) => subject((name) => request.get(name)),
    facts: (request) => facts((name) => request.get(name)),
  });
  if (point !== undefined) app.use(authzenRouter(point));
  app.use(framework.json());
  const door = access.requireDoor('door', { remember });
  const handler = (request: Request, response: Response) => {
    ran(request.access);
    response.json(answerOf(request.access));
  };
  app.post('/doors/:door/unlock', door, handler);
  app.get('/doors/:door', door, handler);
  const resource = (request: Request) => report((name) => request.get(name));
  app.post('/reports', access.requireAccess({ resource }), handler);
  app.post('/echo', (request, response) => {
    response.send(request.body.word);
  });
  app.get('/open', (_request, response) => {
    response.send('open');
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
