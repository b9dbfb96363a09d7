import { postgresStore } from '../../src/adapters/store/open-postgres.js';
import { describeStore } from '../contract/store.js';
import { databaseUrl } from './server.js';

describeStore('PostgreSQL', async () => {
  const options = { connectionString: databaseUrl(), schema: 'contract' };
  return {
    store: await postgresStore(options),
    other: await postgresStore(options),
    free: async () => undefined,
  };
});
