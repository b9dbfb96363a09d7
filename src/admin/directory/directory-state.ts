/** What is remembered of a directory's runs: when the last one succeeded, and how long its lists were. */
import type { Json, JsonObject, SiteRecord } from '../record.js';
import { DIRECTORY_LISTS, type DirectoryCounts } from './snapshot.js';

/** The last runs of a directory. */
export interface DirectoryState {
  /** Of the last run that succeeded. */
  readonly success?: { readonly at: string; readonly counts: DirectoryCounts };
  /** Of the last run that failed, and how many failed since the last success. */
  readonly failure?: { readonly at: string; readonly code: string; readonly times: number };
}

/** The id of the `cursor` record that holds a directory's state. */
export function directoryStateId(directory: string): string {
  return `directory/${directory}`;
}

/** The record of a directory's state. */
export function directoryStateRecord(directory: string, state: DirectoryState): SiteRecord {
  const { success, failure } = state;
  const body: JsonObject = {
    ...(success === undefined ? {} : { success: { at: success.at, counts: success.counts } }),
    ...(failure === undefined ? {} : { failure: { ...failure } }),
  };
  return { kind: 'cursor', id: directoryStateId(directory), body };
}

/** Reads a state's record; what is not there or not readable is a first run. */
export function readDirectoryState(record: SiteRecord | undefined): DirectoryState {
  const success = objectOf(record?.body['success']);
  const failure = objectOf(record?.body['failure']);
  const counts = objectOf(success?.['counts']);
  return {
    ...(counts === undefined
      ? {}
      : { success: { at: String(success?.['at']), counts: countsOf(counts) } }),
    ...(failure === undefined
      ? {}
      : {
          failure: {
            at: String(failure['at']),
            code: String(failure['code']),
            times: Number(failure['times']),
          },
        }),
  };
}

function countsOf(counts: JsonObject): DirectoryCounts {
  const entries = DIRECTORY_LISTS.map((list) => [list, Number(counts[list] ?? 0)]);
  return Object.fromEntries(entries) as DirectoryCounts;
}

function objectOf(value: Json | undefined): JsonObject | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : undefined;
}
