/** The public values of every adapter, by name, and what each brings along. */
import { describe, expect, test } from 'vitest';
import { ENTRIES } from '../scripts/entries.mjs';
import { metafileOf } from './helpers/metafile.js';

const VALUES: Readonly<Record<string, readonly string[]>> = {
  authzen: [
    'FACT_NAMES',
    'authzenPoint',
    'bearerToken',
    'bearerTokens',
    'enginePdp',
    'secretMac',
    'siteApiKeys',
  ],
  jwt: ['jwtAuthentication', 'jwtMetadataSigner'],
  server: [
    'PolicyFileError',
    'defaultPdpHost',
    'lineLogger',
    'pagesOf',
    'pagesTogether',
    'policyFilePdp',
    'serverMetrics',
    'sitePdp',
    'startServer',
    'watchersTogether',
  ],
  fastify: ['AccessFault', 'accessPlugin', 'authzenPlugin', 'enginePdp'],
  express: ['AccessFault', 'authzenRouter', 'enginePdp', 'expressAccess'],
  hono: ['AccessFault', 'authzenApp', 'enginePdp', 'honoAccess'],
  nestjs: [
    'AccessFault',
    'AccessGuard',
    'AccessModule',
    'AccessRefusedException',
    'AccessRefusedFilter',
    'AccessService',
    'RequireAccess',
    'RequireDoor',
    'Unguarded',
    'enginePdp',
    'mountAuthzen',
  ],
  react: ['AccessProvider', 'useAccessList', 'useDecision', 'useDoors'],
  otel: ['otelWatcher'],
  distribution: [
    'CarrierError',
    'DEFAULT_CLASS',
    'beginEpoch',
    'feedHandler',
    'hostTimers',
    'httpSource',
    'noMemory',
    'openConsumer',
    'openPublisher',
    'registerConsumer',
    'registeredConsumers',
    'removeConsumer',
  ],
  nats: ['feedSubjects', 'natsFeed', 'natsPublisher', 'subjectToken'],
  locks: [
    'attemptLocks',
    'enginePdp',
    'lockGateway',
    'memoryLocks',
    'processLockHost',
    'simulatedLock',
  ],
  mqtt: [
    'discoveryDocument',
    'discoveryTopic',
    'homeAssistant',
    'mqttHub',
    'mqttLock',
    'mqttLocks',
    'topicLevel',
    'topicOf',
  ],
  'web-bluetooth': ['GATT', 'webBluetoothTransport'],
  'ble-plx': ['GATT', 'blePlxTransport'],
  capacitor: ['GATT', 'capacitorTransport'],
  analysis: [
    'EDIT_KINDS',
    'FINDING_CODES',
    'LINT_RULES',
    'MIGRATIONS',
    'REVIEW_COLUMNS',
    'accessReview',
    'canonicalPolicy',
    'contentBytes',
    'contentHash',
    'coveringLine',
    'diffPolicies',
    'lintPolicy',
    'migratePolicy',
    'openHours',
    'reviewLines',
    'roleMatrixOf',
    'whoCould',
    'whoCouldEver',
    'whyNot',
  ],
  testing: [
    'COVERAGE_KINDS',
    'PolicyTestFailure',
    'PolicyTestFileError',
    'junitReport',
    'mergeCoverage',
    'parsePolicyTests',
    'policyTests',
    'runPolicyTests',
    'tapReport',
  ],
  interchange: ['fromCasbin', 'fromKisi', 'toCedar'],
};

/** Runs wherever JavaScript does: nothing of Node, and these packages at most. */
const PORTABLE: Readonly<Record<string, readonly string[]>> = {
  authzen: ['@noble/hashes/hmac.js', '@noble/hashes/sha2.js'],
  jwt: ['jose'],
  hono: ['hono', 'hono/factory'],
  react: ['react'],
  otel: ['@opentelemetry/api'],
  distribution: [],
  nats: ['@nats-io/jetstream', '@nats-io/nats-core'],
  locks: [],
  mqtt: ['mqtt'],
  'web-bluetooth': [],
  'ble-plx': [],
  capacitor: [],
  analysis: ['@noble/hashes/hmac.js', '@noble/hashes/sha2.js'],
  interchange: [],
};

describe.each(Object.entries(VALUES))('doorwright/%s', (name, values) => {
  test('offers these values and no others', async () => {
    const { exported } = await closureOf(name);
    expect(exported).toEqual(values);
  });
});

describe.each(Object.entries(PORTABLE))('doorwright/%s runs without Node', (name, packages) => {
  test('and asks for these packages alone', async () => {
    const { imported } = await closureOf(name);
    // Which the package has inside.
    const bundled = ['luxon', 'rrule'];
    expect(imported.filter((path) => !bundled.includes(path))).toEqual(packages);
  });
});

test('no adapter is without a list here', () => {
  const older = [
    'index',
    'protocol',
    'phone',
    'issuer',
    'noble',
    'inspect',
    'sync',
    'node',
    'web',
    'transport',
    'admin',
    'site',
    'scim',
  ];
  const adapters = Object.keys(ENTRIES).filter((name) => !older.includes(name));
  expect(Object.keys(VALUES).sort()).toEqual(adapters.sort());
});

async function closureOf(name: string) {
  const entry = (ENTRIES as Readonly<Record<string, string>>)[name] ?? '';
  const metafile = await metafileOf(entry, 'node');
  const [output] = Object.values(metafile.outputs);
  const imported = new Set(output?.imports.map(({ path }) => path));
  return { exported: [...(output?.exports ?? [])].sort(), imported: [...imported].sort() };
}
