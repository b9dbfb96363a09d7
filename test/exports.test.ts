/** The whole public surface by name, so that nothing becomes public, or goes, without being meant. */
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as doorwright from '../src/index.js';

const VALUES = [
  'PolicyError',
  'REASON_CODES',
  'RequestError',
  'authorizeChange',
  'compilePolicy',
  'exportTimeZones',
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
  'Clause',
  'ClauseTrace',
  'CollectionName',
  'Credential',
  'DecideOptions',
  'Decision',
  'Door',
  'ElementOf',
  'Elevator',
  'Engine',
  'EngineIds',
  'Entity',
  'Explanation',
  'Facts',
  'Floor',
  'Geofence',
  'Group',
  'IdOf',
  'IdsOf',
  'Immutable',
  'Issue',
  'IssueCode',
  'Level',
  'Link',
  'Location',
  'Lockdown',
  'NearestMiss',
  'OffsetChange',
  'Organization',
  'Parsed',
  'PermitCode',
  'Place',
  'Policy',
  'PolicyIds',
  'PolicyOptions',
  'Reader',
  'Reason',
  'ReasonCode',
  'Recurrence',
  'RefusalCode',
  'Restrictions',
  'RoleDocument',
  'RoleModelDocument',
  'Schedule',
  'ScheduleBody',
  'SearchPage',
  'SearchQuery',
  'Stop',
  'Team',
  'TimeZoneSource',
  'TimeZoneTable',
  'Unlock',
  'User',
  'Validity',
];

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
