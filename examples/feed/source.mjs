// A site in a folder, and its feed over HTTP: `npm run source`. POST /end?right=bob-staff ends a right and says who enforces it.
import { createServer } from 'node:http';
import { feedHandler, openPublisher } from 'doorwright/distribution';
import { nodeCrypto, nodeListener } from 'doorwright/node';
import { memorySigner } from 'doorwright/protocol';
import { endAccess, openSite, pgliteStore } from 'doorwright/site';
import { BRIDGES, POLICY, SECRET } from './building.mjs';

const store = await pgliteStore(process.env.SITE ?? 'site');
if (!(await store.organizations()).includes('acme')) await store.create(POLICY);
const site = await openSite({ store, organization: 'acme' });

const crypto = nodeCrypto();
const publisher = await openPublisher({
  site,
  crypto,
  signer: memorySigner(crypto, 'ed25519', SECRET),
  slices: Object.fromEntries(Object.values(BRIDGES).map(({ slice, doors }) => [slice, doors])),
  consumers: Object.keys(BRIDGES),
  heartbeatSeconds: 2,
});

const feed = nodeListener(
  feedHandler(publisher, { authenticate: async (request) => bridgeOf(request) }),
);

const server = createServer(async (request, response) => {
  if (request.url.startsWith('/feed/')) return feed(request, response);
  const url = new URL(request.url, 'http://localhost');
  const ended = await endAccess(site, { type: 'user', id: 'boss' }, [
    url.searchParams.get('right'),
  ]);
  if (!ended.ok) return response.writeHead(409).end(`${ended.detail}\n`);
  const signal = AbortSignal.timeout(5000);
  const told = await publisher
    .untilEnforced(ended.revision, { signal })
    .catch(() => publisher.enforced(ended.revision));
  const missing = told.missing.map(({ consumer }) => consumer);
  response.end(`${JSON.stringify({ enforced: told.enforced, of: told.of, missing })}\n`);
});
server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});

function bridgeOf(request) {
  const token = request.headers.get('authorization')?.replace('Bearer ', '');
  const [consumer, bridge] = Object.entries(BRIDGES).find(([, one]) => one.token === token) ?? [];
  return consumer && { consumer, slices: [bridge.slice] };
}
