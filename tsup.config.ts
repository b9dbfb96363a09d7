import { defineConfig } from 'tsup';

/** rrule has no entry that Node can load as ESM, so it is bundled; every other dependency stays outside. */
export default defineConfig({
  entry: {
    index: 'src/index.ts',
    protocol: 'protocol/index.ts',
    issuer: 'protocol/issuer/index.ts',
    sync: 'src/sync/index.ts',
    node: 'src/adapters/for-node.ts',
    web: 'src/adapters/for-web.ts',
    transport: 'src/adapters/for-transport.ts',
    admin: 'src/admin/index.ts',
    site: 'src/adapters/for-site.ts',
    scim: 'src/adapters/for-scim.ts',
    cli: 'src/cli/main.ts',
  },
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  removeNodeProtocol: false,
  external: [/^node:/],
  noExternal: [/^rrule$/],
  splitting: true,
  clean: true,
});
