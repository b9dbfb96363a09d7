import { describe, expect, test } from 'vitest';
import { agreedAnswers } from '../bench/race.js';
import { doorwrightContenders, floorContenders, peerContenders } from '../bench/tasks/decisions.js';
import { buildWorld } from '../bench/worlds.js';

const world = buildWorld('S', 2000);

describe('the contenders of the benchmark', () => {
  test('give the same answers on the small world, the peers included', async () => {
    const contenders = [
      ...floorContenders(world),
      ...doorwrightContenders(world),
      ...(await peerContenders(world)),
    ];
    const answers = await agreedAnswers(contenders, world.requests);
    expect(contenders.length).toBe(10);
    // A world of refusals alone, or of permits alone, would compare nothing.
    const permits = answers.filter(Boolean).length;
    expect(permits).toBeGreaterThan(world.requests.length / 4);
    expect(permits).toBeLessThan((world.requests.length * 3) / 4);
  });

  test('are told apart when one of them answers wrongly', async () => {
    const [floor] = floorContenders(world);
    const wrong = { name: 'always', check: () => true };
    await expect(agreedAnswers([floor!, wrong], world.requests)).rejects.toThrow(
      'always answers true',
    );
  });
});

describe('the worlds', () => {
  test('are the same every time they are built', () => {
    expect(buildWorld('S', 100)).toEqual(buildWorld('S', 100));
  });
});
