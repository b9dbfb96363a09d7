/** The Fastify plugin keeps the contract. */
import Fastify from 'fastify';
import { authzenPlugin } from '../../src/adapters/fastify/authzen.js';
import { accessPlugin } from '../../src/adapters/fastify/plugin.js';
import { authzenContractOf } from './authzen-contract.js';
import { contractOf } from './contract.js';
import { answerOf, type Running, type Service } from './service.js';

contractOf('fastify', start);
authzenContractOf('fastify', start);

async function start(service: Service): Promise<Running> {
  const app = Fastify({ forceCloseConnections: true });
  const { facts, subject, remember, ran, report, point, ...settings } = service;
  await app.register(accessPlugin, {
    ...settings,
    subject: ({ headers }) => subject((name) => headers[name] as string | undefined),
    facts: ({ headers }) => facts((name) => headers[name] as string | undefined),
  });
  const door = app.access.requireDoor('door', { remember });
  const reports = app.access.requireAccess({
    resource: ({ headers }) => report((name) => headers[name] as string | undefined),
  });
  const handler = async (request: { access: Parameters<Service['ran']>[0] }) => {
    ran(request.access);
    return answerOf(request.access);
  };
  app.post('/doors/:door/unlock', { preHandler: door }, handler);
  app.get('/doors/:door', { preHandler: door }, handler);
  app.post('/reports', { preHandler: reports }, handler);
  if (point !== undefined) await app.register(authzenPlugin, { point });
  app.post('/echo', async (request) => (request.body as { word: string }).word);
  app.get('/open', async () => 'open');
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { server: app.server, close: () => app.close() };
}
