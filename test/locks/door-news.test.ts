import { expect, test } from 'vitest';
import { followNews } from '../../src/adapters/locks/door-news.js';
import type { GatewayParts } from '../../src/adapters/locks/gateway-parts.js';
import { newsStand } from '../../src/adapters/locks/news-stand.js';

test('what is heard for the first time is no news, except of a bolt that sticks', () => {
  const stand = newsStand(['lock', 'other']);
  const told: string[] = [];
  const stop = followNews({
    providers: new Map([['p', stand]]),
    doors: new Map([['front', { provider: 'p', device: 'lock' }]]),
    remember: ({ type }: { type: string }) => void told.push(type.split('.').at(-1) ?? ''),
  } as unknown as GatewayParts);
  stand.heard('lock', { door: 'open', bolt: 'unlocked', available: true });
  expect(told).toEqual([]);
  stand.heard('lock', { door: 'closed' });
  stand.heard('lock', { bolt: 'jammed' });
  stand.heard('other', { door: 'closed' });
  stand.heard('other', { door: 'open' });
  expect(told).toEqual(['closed', 'jammed']);
  stop();
  stand.heard('lock', { door: 'open' });
  expect(told).toHaveLength(2);
});
