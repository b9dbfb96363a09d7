import { memoryStore } from '../../src/adapters/store/memory.js';
import { describeStore } from '../contract/store.js';

describeStore('memory', async () => {
  const store = memoryStore();
  return { store, other: store, free: async () => undefined };
});
