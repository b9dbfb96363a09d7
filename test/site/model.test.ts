import { memoryStore } from '../../src/adapters/for-site.js';
import { siteModelSuite } from '../contract/site-model.js';
import { runs } from '../helpers/runs.js';

siteModelSuite('memory', {
  fresh: async () => ({ store: memoryStore(), organization: 'org' }),
  runs: runs(100),
});
