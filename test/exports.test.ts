/** The whole public surface by name, so that nothing becomes public, or goes, without being meant. */
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as inspect from '../protocol/for-inspect.js';
import * as noble from '../protocol/for-noble.js';
import * as protocol from '../protocol/index.js';
import * as issuer from '../protocol/issuer/index.js';
import * as phone from '../protocol/phone/index.js';
import * as node from '../src/adapters/for-node.js';
import * as transport from '../src/adapters/for-transport.js';
import * as web from '../src/adapters/for-web.js';
import * as doorwright from '../src/index.js';
import * as sync from '../src/sync/index.js';
import { metafileOf } from './helpers/metafile.js';

const VALUES = [
  'PolicyError',
  'REASON_CODES',
  'RequestError',
  'authorizeChange',
  'compilePolicy',
  'diffPolicies',
  'exportTimeZones',
  'lintPolicy',
  'luxonTimeZones',
  'parsePolicy',
  'tableTimeZones',
];
const TYPES = [
  'AccessEntry',
  'AccessRequest',
  'Assignment',
  'AssignmentTrace',
  'Calendar',
  'Changes',
  'Circumstance',
  'CircumstanceValue',
  'Clause',
  'ClauseTrace',
  'CollectionName',
  'ComparedOptions',
  'Credential',
  'DecideOptions',
  'Decision',
  'DiffOptions',
  'DiffSubjects',
  'Door',
  'Duty',
  'Effect',
  'ElementOf',
  'Elevator',
  'Engine',
  'EngineIds',
  'Entity',
  'Explanation',
  'Facts',
  'Finding',
  'FindingCode',
  'Floor',
  'Geofence',
  'Group',
  'IdOf',
  'IdsOf',
  'Immutable',
  'InstantSpan',
  'Issue',
  'IssueCode',
  'Level',
  'Link',
  'LintOptions',
  'Location',
  'Lockdown',
  'NearestMiss',
  'OffsetChange',
  'OpeningChange',
  'Organization',
  'OtherDate',
  'Parsed',
  'PermitCode',
  'Place',
  'Policy',
  'PolicyDiff',
  'PolicyIds',
  'PolicyOptions',
  'Reader',
  'Reason',
  'ReasonCode',
  'Recurrence',
  'RefusalCode',
  'RestrictionChange',
  'Restrictions',
  'RightChange',
  'RightReach',
  'RoleDocument',
  'RoleModelDocument',
  'Schedule',
  'ScheduleBody',
  'SearchPage',
  'SearchQuery',
  'Severity',
  'Stop',
  'Team',
  'TimeZoneSource',
  'TimeZoneTable',
  'ToxicPair',
  'Unlock',
  'User',
  'Validity',
  'WeekSpan',
  'When',
  'Witness',
];

/** Of `doorwright/protocol` and of its actors; their types are those that these values speak of. */
const PROTOCOL = [
  'NO_FRAMES',
  'OBJECT_TYPES',
  'OPERATION_BITS',
  'REQUIREMENT_BITS',
  'ROLE_BITS',
  'STATUS_NUMBERS',
  'TIME_POLICIES',
  'addFrame',
  'bootLock',
  'checkGrant',
  'checkNow',
  'coseKey',
  'createVerifier',
  'decodeCbor',
  'encodeCbor',
  'fromHex',
  'isAdvertOf',
  'isLockWhole',
  'keyId',
  'labelPsk',
  'memorySigner',
  'newestCopy',
  'openTrustUpdate',
  'parseAdvert',
  'rootHash',
  'sealCopy',
  'signNow',
  'splitFrames',
  'statusOf',
  'stepLock',
  'strictCrypto',
  'toHex',
  'verifyCertificate',
  'verifyGrant',
  'verifySnapshot',
];
const PHONE = ['encodePins', 'startCommissioning', 'startPhone', 'stepCommissioning', 'stepPhone'];
const ISSUER = [
  'block',
  'certify',
  'changeConfig',
  'commissionAgain',
  'deviceKeyOf',
  'enterEpoch',
  'firstTrust',
  'followsOn',
  'heldUntil',
  'issueBundle',
  'lockIdOf',
  'lower',
  'lowerDevice',
  'lowerFrom',
  'newIssuerDevice',
  'newIssuerLock',
  'openDeviceAck',
  'openLockIdentity',
  'openReceipt',
  'openSegment',
  'raiseFloor',
  'recoverFrom',
  'resetClock',
  'revoke',
  'rotateTrust',
  'sealBundle',
  'sealCertificate',
  'sealGrants',
  'sealLogAck',
  'sealPolicy',
  'sealTimeToken',
  'settleReceipt',
  'tagOf',
];

const SYNC = [
  'applyEvent',
  'emptyState',
  'nextBundleSequence',
  'nextPolicyVersion',
  'overviewOf',
  'parseSyncState',
  'scoreDoor',
  'scorePermission',
  'tidy',
];
const NODE = [
  'FolderHeldError',
  'checkLater',
  'encodePacket',
  'execActuator',
  'fastestCrypto',
  'feedFolder',
  'holdFolder',
  'loadSodium',
  'nodeCrypto',
  'nodeHost',
  'nodeListener',
  'openBridge',
  'openRecordFolder',
  'packetReader',
  'serveBridge',
  'signLater',
];
const WEB = ['checkLater', 'makeWebCryptoKeys', 'signLater', 'webCryptoSigner', 'webCryptoVerify'];

test('the front door offers these values and no others', () => {
  expect(Object.keys(doorwright).sort()).toEqual(VALUES);
});

test('the front door offers these types and no others', () => {
  const program = ts.createProgram(['src/index.ts'], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: [],
  });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile('src/index.ts')!)!;
  const names = checker.getExportsOfModule(module).map(({ name }) => name);
  expect(names.filter((name) => !(name in doorwright)).sort()).toEqual(TYPES);
});

test('the protocol, its actors and its tools offer these values and no others', () => {
  expect(Object.keys(protocol).sort()).toEqual(PROTOCOL);
  expect(Object.keys(phone).sort()).toEqual(PHONE);
  expect(Object.keys(noble)).toEqual(['nobleCrypto']);
  expect(Object.keys(inspect)).toEqual(['inspectObject']);
  expect(Object.keys(issuer).sort()).toEqual(ISSUER);
});

test('sync and the adapters offer these values and no others', () => {
  expect(Object.keys(sync).sort()).toEqual(SYNC);
  expect(Object.keys(node).sort()).toEqual(NODE);
  expect(Object.keys(web).sort()).toEqual(WEB);
  expect(Object.keys(transport).sort()).toEqual(['byteBridge', 'memoryRadio', 'watchBuilding']);
});

const NOBLE = ['ciphers', 'curves', 'hashes'];

test.each([
  ['protocol/index.ts', /^(?:protocol\/(?!issuer\/|phone\/)|src\/values\/)/u, ['curves']],
  ['protocol/phone/index.ts', /^(?:protocol\/|src\/values\/)/u, []],
  ['protocol/for-noble.ts', /^(?:protocol\/(?:crypto|wire)\/|src\/values\/)/u, NOBLE],
  ['protocol/for-inspect.ts', /^(?:protocol\/|src\/values\/)/u, []],
])(
  '%s brings only its own part along: no policy, engine, time zone, server or host',
  async (entry, own, packages) => {
    const metafile = await metafileOf(entry);
    const [output] = Object.values(metafile.outputs);
    const inputs = Object.entries(output!.inputs).filter(
      ([, { bytesInOutput }]) => bytesInOutput > 0,
    );
    expect(inputs.map(([path]) => path).filter((path) => !own.test(path))).toEqual([]);
    const names = output!.imports.map(({ path }) => /^@noble\/([^/]+)/u.exec(path)?.[1] ?? path);
    expect([...new Set(names)].sort()).toEqual(packages);
  },
);
