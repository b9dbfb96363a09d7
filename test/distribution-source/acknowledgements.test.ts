import { describe, expect, test } from 'vitest';
import { Acknowledgements } from '../../src/adapters/distribution/acknowledgements.js';
import { CarrierError } from '../../src/adapters/distribution/carrier.js';
import { ORGANIZATION, publishing, START, settle, write } from './ground.js';
import { SmallReader } from './small-reader.js';

const said = {
  organization: ORGANIZATION,
  slice: '',
  consumer: 'b',
  epoch: 5,
  revision: 10,
  chain: 'a'.repeat(64),
  withdrawn: [] as number[],
  at: 1000,
};

describe('what one consumer says', () => {
  test('earlier and comes later changes nothing', () => {
    const heard = new Acknowledgements();
    expect(heard.take(said, 1)).toBe('taken');
    expect(heard.take({ ...said, revision: 12, at: 1001 }, 2)).toBe('taken');
    expect(heard.take({ ...said, revision: 11, at: 1000 }, 3)).toBe('older');
    expect(heard.take({ ...said, epoch: 4, revision: 99, at: 999 }, 4)).toBe('older');
    expect(heard.of('b')).toMatchObject({ epoch: 5, revision: 12, lastHeard: 4 });
  });

  test('further counts even where its clock went back', () => {
    const heard = new Acknowledgements();
    heard.take(said, 1);
    expect(heard.take({ ...said, revision: 11, at: 5 }, 2)).toBe('taken');
    expect(heard.of('b')).toMatchObject({ revision: 11 });
  });

  test('less, and later, is believed: nobody may call in force what is no longer', () => {
    const heard = new Acknowledgements();
    heard.take(said, 1);
    expect(heard.take({ ...said, revision: 9, at: 1001 }, 2)).toBe('went_back');
    expect(heard.enforcement(['b'], 5, 10)).toMatchObject({ enforced: 0, of: 1 });
  });

  test('less is believed of a clock that ran ahead, and of one that was set back', () => {
    const heard = new Acknowledgements();
    const now = 1_000_000_000;
    heard.take({ ...said, at: now + 86_400_000 }, now);
    const later = now + 60_001;
    expect(heard.take({ ...said, revision: 9, at: later }, later)).toBe('went_back');
    expect(heard.take({ ...said, revision: 8, at: later - 3_600_000 }, later)).toBe('went_back');
    expect(heard.enforcement(['b'], 5, 9)).toMatchObject({ enforced: 0 });
  });

  test('counts at its revision and below, and at the removals it names', () => {
    const heard = new Acknowledgements();
    heard.take({ ...said, withdrawn: [12, 14] }, 1);
    const enforced = (revision: number, epoch = 5) =>
      heard.enforcement(['b'], epoch, revision).enforced;
    expect([9, 10, 11, 12, 13, 14, 15].map((revision) => enforced(revision))).toEqual([
      1, 1, 0, 1, 0, 1, 0,
    ]);
    expect(enforced(10, 6)).toBe(0);
    expect(enforced(10, 4)).toBe(0);
  });

  test('nobody counts twice, and who is missing is named with what was heard last', () => {
    const heard = new Acknowledgements();
    heard.take(said, 77);
    expect(heard.enforcement(['z', 'b', 'b', 'a'], 5, 11)).toEqual({
      revision: 11,
      enforced: 0,
      of: 3,
      missing: [
        { consumer: 'a', revision: undefined, lastHeard: undefined },
        { consumer: 'b', revision: 10, lastHeard: 77 },
        { consumer: 'z', revision: undefined, lastHeard: undefined },
      ],
    });
  });
});

describe('a publisher', () => {
  test('takes no acknowledgement that is malformed, of elsewhere, or not authorised', async () => {
    const { publisher } = await publishing({
      consumers: ['b'],
      authorize: ({ consumer }) => consumer === 'b',
    });
    const own = { ...said, ...publisher.position };
    const refused = [
      { ...own, organization: 'other' },
      { ...own, slice: 'west' },
      { ...own, consumer: 'c' },
      { ...own, consumer: 'no id' },
      { ...own, revision: -1 },
      { ...own, withdrawn: [3, 2] },
      { ...own, chain: 'x' },
      {} as typeof own,
    ];
    for (const each of refused) {
      await expect(publisher.acknowledge(each)).rejects.toMatchObject({ retryable: false });
    }
    expect(await publisher.enforced(0)).toMatchObject({ enforced: 0 });
    expect(publisher.faults).toEqual([]);
    await publisher.acknowledge(own);
    expect(await publisher.enforced(0)).toMatchObject({ enforced: 1 });
    await publisher.close();
  });

  test('counts whom it heard of where nobody is registered', async () => {
    const { publisher } = await publishing();
    expect(await publisher.enforced(0)).toMatchObject({ enforced: 0, of: 0 });
    const reader = new SmallReader('b');
    await reader.fetch(publisher);
    await reader.acknowledge(publisher);
    expect(await publisher.enforced(0)).toMatchObject({ enforced: 1, of: 1 });
    await publisher.close();
  });

  test('ends a wait for enforcement by the signal, and when it is closed', async () => {
    const { publisher, site } = await publishing({ consumers: ['b'] });
    const revision = await write(site, { put: { users: [{ id: 'ada', name: 'A' }] } });
    const ending = new AbortController();
    const one = publisher.untilEnforced(revision, { signal: ending.signal });
    const two = publisher.untilEnforced(revision);
    two.catch(() => undefined);
    await settle();
    ending.abort(new Error('enough'));
    await expect(one).rejects.toThrow('enough');
    await publisher.close();
    await expect(two).rejects.toBeInstanceOf(CarrierError);
  });

  test('shows a consumer that enforces less than before', async () => {
    const { publisher, site, faults } = await publishing({ consumers: ['b'] });
    const { position } = publisher;
    const revision = await write(site, { put: { users: [{ id: 'ada', name: 'A' }] } });
    await publisher.wake();
    await publisher.acknowledge({ ...said, ...publisher.position, at: START });
    expect(await publisher.enforced(revision)).toMatchObject({ enforced: 1 });
    await publisher.acknowledge({ ...said, ...position, at: START + 1 });
    expect(await publisher.enforced(revision)).toMatchObject({ enforced: 0 });
    expect(faults).toEqual([['consumer_went_back', 'b']]);
    await publisher.close();
  });
});
