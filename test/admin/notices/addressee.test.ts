import { expect, test } from 'vitest';
import { isAddressee } from '../../../src/admin/notices/addressee.js';
import { KISI, site } from '../sites.js';

const engine = site(KISI, { users: [{ id: 'left', active: false }] });

test.each([
  ['somebody there', 'report', 'ned', true],
  ['somebody switched off', 'report', 'left', false],
  ['somebody switched off, of new access', 'access_granted', 'left', false],
  ['somebody switched off, of what he lost', 'access_withdrawn', 'left', true],
  ['somebody gone', 'occupancy', 'gone', false],
  ['somebody gone, of what he lost', 'access_withdrawn', 'gone', true],
])('%s', (_, kind, id, told) => {
  expect(isAddressee(engine, { kind, to: { type: 'user', id } })).toBe(told);
});
