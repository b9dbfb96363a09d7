import { describe, expect, it } from 'vitest';
import { grantBytes, T0, timeBytes } from '../../helpers/lock-objects.js';
import { handshake, ownedLock } from '../../helpers/lock-phone.js';

describe('a visit', () => {
  it('an honest phone with a token of this session opens the door and gets a receipt', () => {
    const { host, keys } = ownedLock();
    const session = handshake(host, keys);
    const token = timeBytes({ iat: T0, nonce: session.hello.nonce });
    expect(session.carry('time-token', token)).toBe('applied');
    const answer = session.request(grantBytes());
    expect(answer?.status).toBe('permitted');
    expect(host.moves).toEqual(['unlock']);
    expect(answer?.receipt).toMatchObject({ sequence: 1, status: 0, policyVersion: 0, boots: 2 });
  });
});
