import { memoryStore } from '../../src/adapters/for-site.js';
import { siteModelSuite } from '../contract/site-model.js';
import { runs } from '../helpers/runs.js';

siteModelSuite('memory', { fresh: async () => memoryStore(), runs: runs(100) });
