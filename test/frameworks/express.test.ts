/** The Express middleware keeps the contract. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import express, { type Request, type Response } from 'express';
import { authzenRouter } from '../../src/adapters/express/authzen.js';
import { expressAccess } from '../../src/adapters/express/middleware.js';
import { authzenContractOf } from './authzen-contract.js';
import { contractOf } from './contract.js';
import { answerOf, type Running, type Service } from './service.js';

contractOf('express', start);
authzenContractOf('express', start);

async function start(service: Service): Promise<Running> {
  const app = express();
  // Express prints errors that nobody handles, unless it believes to be under test.
  app.set('env', 'test');
  const { facts, subject, remember, ran, report, point, ...settings } = service;
  const access = expressAccess({
    ...settings,
    subject: (request) => subject((name) => request.get(name)),
    facts: (request) => facts((name) => request.get(name)),
  });
  if (point !== undefined) app.use(authzenRouter(point));
  app.use(express.json());
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
