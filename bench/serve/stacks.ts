/** The servers that are measured: each framework with a bare handler, and with the AuthZEN endpoints of doorwright. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import type { AuthzenPoint } from '../../src/adapters/authzen/exchange.js';
import { authzenRouter } from '../../src/adapters/express/authzen.js';
import { authzenPlugin } from '../../src/adapters/fastify/authzen.js';
import { authzenApp } from '../../src/adapters/hono/authzen.js';
import { startServer } from '../../src/adapters/server/start-server.js';

/** Frameworks by the names their rows have. */
export const STACKS = ['node:http', 'Fastify', 'Express', 'Hono'] as const;
export type Stack = (typeof STACKS)[number];

/** Path of single questions. */
export const EVALUATION = '/access/v1/evaluation';
/** Path of batches. */
export const EVALUATIONS = '/access/v1/evaluations';

/** What every bare handler answers, made once: no handler can do less. */
const CONSTANT = '{"decision":true}';
const JSON_TYPE = 'application/json';

/** Starts a server whose handler parses the body as JSON and answers a constant. @returns its port. */
export async function startBare(stack: Stack): Promise<number> {
  switch (stack) {
    case 'node:http':
      return await portOf(createServer(bareListener));
    case 'Fastify': {
      const app = Fastify({ bodyLimit: 1 << 20 });
      for (const path of [EVALUATION, EVALUATIONS]) {
        app.post(path, (_request, reply) => {
          reply.type(JSON_TYPE).send(CONSTANT);
        });
      }
      await app.listen({ port: 0, host: '127.0.0.1' });
      return (app.server.address() as AddressInfo).port;
    }
    case 'Express': {
      const app = express();
      app.use(express.json({ limit: 1 << 20 }));
      app.post([EVALUATION, EVALUATIONS], (_request, response) => {
        response.setHeader('content-type', JSON_TYPE);
        response.end(CONSTANT);
      });
      return await portOf(createServer(app));
    }
    case 'Hono': {
      const app = new Hono();
      for (const path of [EVALUATION, EVALUATIONS]) {
        app.post(path, async (context) => {
          await context.req.json();
          return context.body(CONSTANT, 200, { 'content-type': JSON_TYPE });
        });
      }
      return await portOf(createServer(getRequestListener(app.fetch)));
    }
    default:
      return stack satisfies never;
  }
}

/** Starts a server of the AuthZEN endpoints, as the guide of each framework says. @returns its port. */
export async function startPoint(stack: Stack, point: AuthzenPoint): Promise<number> {
  switch (stack) {
    case 'node:http': {
      const status = () => ({ ready: true, revision: 0, behindSeconds: null, faults: [] });
      return (await startServer({ point, probes: { status } })).port;
    }
    case 'Fastify': {
      const app = Fastify();
      await app.register(authzenPlugin, { point });
      await app.listen({ port: 0, host: '127.0.0.1' });
      return (app.server.address() as AddressInfo).port;
    }
    case 'Express':
      return await portOf(createServer(express().use(authzenRouter(point))));
    case 'Hono': {
      const app = new Hono().route('/', authzenApp(point));
      return await portOf(createServer(getRequestListener(app.fetch)));
    }
    default:
      return stack satisfies never;
  }
}

const bareListener: RequestListener = (incoming, outgoing) => {
  const parts: Buffer[] = [];
  incoming.on('data', (part: Buffer) => parts.push(part));
  incoming.on('end', () => {
    const [first] = parts;
    const body = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
    JSON.parse(body.toString());
    outgoing.setHeader('content-type', JSON_TYPE);
    outgoing.end(CONSTANT);
  });
};

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
