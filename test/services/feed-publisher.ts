/**
 * A process to be killed: a publisher over PostgreSQL, on NATS. Says `ready` on its output, and answers on the subject
 * `<prefix>.enforced` how far a revision is in force.
 *
 * Usage: node feed-publisher.mjs POSTGRES-URL SCHEMA NATS-URL PREFIX CONSUMER,…
 */
import { writeSync } from 'node:fs';
import { connect } from '@nats-io/transport-node';
import { openPublisher } from '../../src/adapters/distribution/open-publisher.js';
import { natsPublisher } from '../../src/adapters/nats/nats-publisher.js';
import { openSite } from '../../src/adapters/site/open-site.js';
import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import { crypto, ORGANIZATION, signer } from '../distribution-source/ground.js';

const [, , connectionString = '', schema = '', servers = '', prefix = '', names = ''] =
  process.argv;
const store = await postgresStore({ connectionString, schema });
const site = await openSite({ store, organization: ORGANIZATION });
const publisher = await openPublisher({
  site,
  signer,
  crypto,
  heartbeatSeconds: 0.2,
  pollMilliseconds: 20,
  consumers: names.split(','),
});
const connection = await connect({
  servers,
  maxReconnectAttempts: -1,
  reconnectTimeWait: 50,
  waitOnFirstConnect: true,
});
natsPublisher(connection, publisher, { prefix });
connection.subscribe(`${prefix}.enforced`, {
  callback: (_, message) => {
    publisher.untilEnforced(Number(message.string())).then(
      (enforcement) => message.respond(JSON.stringify(enforcement)),
      (error) => message.respond(JSON.stringify({ error: String(error) })),
    );
  },
});
await connection.flush();
writeSync(1, 'ready\n');
