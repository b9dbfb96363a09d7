// @ts-check
/**
 * The entries of the package: the name of each built file, and the source it is built from. Everything that needs the list
 * takes it from here, or is held to it by test/package.test.ts (package.json, typedoc.json).
 *
 * @type {Readonly<Record<string, string>>}
 */
export const ENTRIES = {
  index: 'src/index.ts',
  protocol: 'protocol/index.ts',
  phone: 'protocol/phone/index.ts',
  issuer: 'protocol/issuer/index.ts',
  noble: 'protocol/for-noble.ts',
  inspect: 'protocol/for-inspect.ts',
  sync: 'src/sync/index.ts',
  node: 'src/adapters/for-node.ts',
  web: 'src/adapters/for-web.ts',
  transport: 'src/adapters/for-transport.ts',
  admin: 'src/admin/index.ts',
  site: 'src/adapters/for-site.ts',
  scim: 'src/adapters/for-scim.ts',
  authzen: 'src/adapters/for-authzen.ts',
  jwt: 'src/adapters/for-jwt.ts',
  server: 'src/adapters/for-server.ts',
  fastify: 'src/adapters/for-fastify.ts',
  express: 'src/adapters/for-express.ts',
  hono: 'src/adapters/for-hono.ts',
  nestjs: 'src/adapters/for-nestjs.ts',
  react: 'src/adapters/for-react.ts',
  otel: 'src/adapters/for-otel.ts',
  distribution: 'src/adapters/for-distribution.ts',
  nats: 'src/adapters/for-nats.ts',
  locks: 'src/adapters/for-locks.ts',
  mqtt: 'src/adapters/for-mqtt.ts',
  'web-bluetooth': 'src/adapters/for-web-bluetooth.ts',
  'ble-plx': 'src/adapters/for-ble-plx.ts',
  capacitor: 'src/adapters/for-capacitor.ts',
  analysis: 'src/adapters/for-analysis.ts',
  testing: 'src/adapters/for-testing.ts',
  interchange: 'src/adapters/for-interchange.ts',
};

/** The entry that people import without a subpath. */
export const FRONT = 'index';

/**
 * What is imported by this name: `doorwright`, `doorwright/site`.
 * @param {string} name
 */
export function subpathOf(name) {
  return name === FRONT ? 'doorwright' : `doorwright/${name}`;
}
