/** Text of `derived.json`: everything that is computed from something else without a signature. */
import {
  encodeLogRecord,
  FIRST_LINK,
  INTENT_RESULT,
  type LogRecord,
  linkAfter,
} from '../../objects/log-record.js';
import { encodeSegment } from '../../objects/log-segment.js';
import { policyDigest } from '../../objects/policy-digest.js';
import type { Mark } from '../../objects/policy-update.js';
import type { TagKind } from '../../objects/tag.js';
import { tagOf } from '../../objects/tag.js';
import { advertBytes } from '../../session/advert.js';
import { labelPsk, sealM1 } from '../../session/opening.js';
import { toHex } from '../../wire/hex.js';
import { textBytes } from '../../wire/text.js';
import { idOf } from './actors.js';
import { crypto, fixedBytes, LOCK_ID, NOW, OTHER_LOCK_ID, TAG_SECRET } from './fixed.js';
import { fileText, type Writable } from './notation.js';
import { tag } from './samples.js';

/** Text of `derived.json`. */
export function derivedFile(): string {
  return fileText(
    'Tags, policy digests, log records and links, adverts, the code before M1 and the key from a label: HMAC and SHA-256 over bytes that ../README.md names.',
    {
      tags: tags(),
      digests: digests(),
      log: log(),
      adverts: adverts(),
      openings: openings(),
      labels: labels(),
      uuids: uuids(),
    },
  );
}

function tags(): Writable[] {
  const cases: readonly (readonly [string, TagKind, string, Uint8Array])[] = [
    ['device', 'device', 'device-1', LOCK_ID],
    ['person', 'person', 'person-1', LOCK_ID],
    ['use', 'use', 'assignment-7', LOCK_ID],
    ['device-at-another-lock', 'device', 'device-1', OTHER_LOCK_ID],
    ['no-letters', 'device', '', LOCK_ID],
    ['not-ascii', 'person', 'Jörg-東京', LOCK_ID],
  ];
  return cases.map(([id, kind, name, lockId]) => ({
    id,
    line: lockId === OTHER_LOCK_ID ? 'I2' : undefined,
    secret: TAG_SECRET,
    kind,
    name,
    lockId,
    tag: tagOf(crypto, TAG_SECRET, kind, name, lockId),
  }));
}

function digests(): Writable[] {
  const marks: readonly Mark[] = [
    { tag: tag('device', 'device-9'), issuedUntil: NOW, version: 3, until: NOW + 10 },
    { tag: tag('device', 'device-8'), issuedUntil: 7, version: 300, until: NOW },
    { tag: tag('device', 'device-8'), issuedUntil: 7, version: 4, until: NOW },
  ];
  const none = { issuedUntil: 0, version: 0 };
  const contents = [
    ['nothing', { policyVersion: 0, floor: none, marks: [], configVersion: 0, blocked: [] }],
    [
      'floor',
      {
        policyVersion: 9,
        floor: { issuedUntil: NOW, version: 9 },
        marks: [],
        configVersion: 2,
        blocked: [],
      },
    ],
    ['marks-unsorted', { policyVersion: 9, floor: none, marks, configVersion: 0, blocked: [] }],
    [
      'marks-sorted-otherwise',
      { policyVersion: 9, floor: none, marks: [...marks].reverse(), configVersion: 0, blocked: [] },
    ],
    [
      'blocked-unsorted',
      {
        policyVersion: 9,
        floor: none,
        marks: [],
        configVersion: 0,
        blocked: [idOf('grant'), idOf('policy'), idOf('admin')],
      },
    ],
    [
      'large-version',
      { policyVersion: 2 ** 53 - 1, floor: none, marks: [], configVersion: 1, blocked: [] },
    ],
  ] as const;
  return contents.map(([id, content]) => ({
    id,
    lockId: LOCK_ID,
    policyVersion: content.policyVersion,
    floor: [content.floor.issuedUntil, content.floor.version],
    marks: content.marks.map((mark) => [mark.tag, mark.issuedUntil, mark.version, mark.until]),
    configVersion: content.configVersion,
    blocked: [...content.blocked],
    digest: policyDigest(crypto, LOCK_ID, content),
  }));
}

/** The records of two openings, each intent and outcome. */
export function logRecords(): LogRecord[] {
  const records: LogRecord[] = [];
  const results = [INTENT_RESULT, 0, INTENT_RESULT, 22];
  for (const [index, result] of results.entries()) {
    const before = records.at(-1);
    records.push({
      sequence: index + 1,
      lo: NOW + index,
      tag: tag('device', 'device-1'),
      operation: 1,
      result,
      link: before === undefined ? FIRST_LINK : linkAfter(crypto, before),
    });
  }
  return records;
}

function log(): Writable[] {
  const records = logRecords();
  const lines = records.map((record) => ({
    id: `record-${record.sequence}`,
    ...record,
    bytes: encodeLogRecord(record),
    linkAfter: linkAfter(crypto, record),
  }));
  return [
    ...lines,
    { id: 'segment', lockId: LOCK_ID, bytes: encodeSegment({ lockId: LOCK_ID, records }) },
  ];
}

function adverts(): Writable[] {
  const advertKey = fixedBytes('advert key');
  const salt = fixedBytes('salt').slice(0, 8);
  const capabilities = Uint8Array.of(1, 1, 1);
  return [
    {
      id: 'advert',
      advertKey,
      salt,
      capabilities,
      bytes: advertBytes(crypto, advertKey, salt, capabilities),
    },
    {
      id: 'advert-of-nobody',
      advertKey: null,
      salt: new Uint8Array(8),
      capabilities,
      bytes: advertBytes(crypto, null, salt, capabilities),
    },
  ];
}

function openings(): Writable[] {
  const advertKey = fixedBytes('advert key');
  const salt = fixedBytes('salt').slice(0, 8);
  const noiseMessage = new Uint8Array([
    ...fixedBytes('ephemeral'),
    ...fixedBytes('tag').slice(0, 16),
  ]);
  return [
    {
      id: 'm1',
      advertKey,
      salt,
      noiseMessage,
      bytes: sealM1(crypto, advertKey, salt, noiseMessage),
    },
  ];
}

function labels(): Writable[] {
  const secret = fixedBytes('label secret').slice(0, 16);
  return [{ id: 'label', lockId: LOCK_ID, secret, psk: labelPsk(crypto, LOCK_ID, secret) }];
}

/** 16 bytes of SHA-256, marked as a UUID of version 8 (RFC 9562 §5.8). */
function uuids(): Writable[] {
  return ['DKP/1 service', 'DKP/1 RX', 'DKP/1 TX', 'DKP/1 INFO'].map((name) => {
    const bytes = crypto.sha256(textBytes(name)).slice(0, 16);
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
    const hex = toHex(bytes);
    const parts = [
      [0, 8],
      [8, 12],
      [12, 16],
      [16, 20],
      [20, 32],
    ] as const;
    return { id: name, uuid: parts.map(([from, until]) => hex.slice(from, until)).join('-') };
  });
}
