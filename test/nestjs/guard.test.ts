/** What the Nest module adds to the contract: annotations, order of guards, exceptions, other transports, injection. */
import {
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Inject,
  type ModuleMetadata,
  Post,
  type Type,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, NestFactory, Reflector } from '@nestjs/core';
import { afterEach, describe, expect, test } from 'vitest';
import {
  AccessGuard,
  AccessModule,
  type AccessModuleOptions,
  AccessRefusedException,
  AccessService,
  RequireAccess,
  RequireDoor,
  Unguarded,
} from '../../src/adapters/for-nestjs.js';
import type { Pdp } from '../../src/adapters/pdp/pdp.js';
import { RequestError } from '../../src/index.js';
import { ask } from '../frameworks/client.js';
import { contractPdp, NOON, type Running } from '../frameworks/service.js';
import { listening, method, moduleOf, type } from './application.js';

const ADA = { 'x-user': 'ada' };
const BOB = { 'x-user': 'bob' };
const FRONT = { type: 'door', id: 'front' };
const VAULT = { type: 'door', id: 'vault' };

const running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ close }) => close()));
});

/** Settings in which a header says who asks, and that count how often it is asked. */
function settings(parts: Partial<AccessModuleOptions> = {}) {
  const asked: string[] = [];
  const options: AccessModuleOptions = {
    pdp: contractPdp(),
    now: () => NOON,
    subject: ({ headers }) => {
      const user = String(headers['x-user'] ?? '');
      asked.push(user);
      return user;
    },
    ...parts,
  };
  return { options, asked };
}

async function serve(parts: ModuleMetadata, options: AccessModuleOptions = settings().options) {
  const imports = [AccessModule.forRoot(options), ...(parts.imports ?? [])];
  const one = await listening({ ...parts, imports });
  running.push(one);
  return one;
}
const status = async (server: Running['server'], path: string, headers = {}) =>
  (await ask(server, 'GET', path, headers)).status;

/** A controller with one handler per name, each decorated. */
function controller(
  handlers: Readonly<Record<string, readonly unknown[]>>,
  decorators: readonly unknown[] = [],
) {
  class Doors {}
  for (const [name, more] of Object.entries(handlers)) {
    Object.defineProperty(Doors.prototype, name, { value: () => name, configurable: true });
    method(Doors as Type, name as never, [Get(name), ...more]);
  }
  return type(Doors, [Controller(), ...decorators]);
}

describe('annotations', () => {
  test('of the class hold for all its handlers, and those of a handler add to them', async () => {
    const doors = controller(
      {
        plain: [],
        vault: [RequireAccess({ resource: VAULT })],
        free: [Unguarded()],
        both: [Unguarded(), RequireAccess({ resource: VAULT })],
      },
      [RequireAccess({ resource: FRONT })],
    );
    const { server } = await serve({ controllers: [doors] });
    expect(await status(server, '/plain', ADA)).toBe(200);
    expect(await status(server, '/plain', BOB)).toBe(403);
    // Ada may open the front door, and not the vault away from its reader.
    expect(await status(server, '/vault', ADA)).toBe(403);
    expect(await status(server, '/free')).toBe(200);
    expect(await status(server, '/both', ADA)).toBe(403);
  });

  test('beside each other must all be permitted, in either order', async () => {
    const doors = controller({
      one: [RequireAccess({ resource: FRONT }), RequireAccess({ resource: VAULT })],
      two: [RequireAccess({ resource: VAULT }), RequireAccess({ resource: FRONT })],
      same: [RequireAccess({ resource: FRONT }), RequireAccess({ resource: FRONT })],
    });
    const { server } = await serve({ controllers: [doors] });
    expect(await status(server, '/one', ADA)).toBe(403);
    expect(await status(server, '/two', ADA)).toBe(403);
    expect(await status(server, '/same', ADA)).toBe(200);
  });

  test('of a parent class hold in a child, which may add its own', async () => {
    const parent = controller({ plain: [] }, [RequireAccess({ resource: FRONT })]);
    class Child extends parent {}
    type(Child, [Controller('child'), RequireAccess({ resource: VAULT })]);
    const { server } = await serve({ controllers: [parent, Child] });
    expect(await status(server, '/plain', ADA)).toBe(200);
    expect(await status(server, '/child/plain', ADA)).toBe(403);
  });

  test('ask once a request, even where the guard stands at class, handler and application', async () => {
    const doors = controller({ plain: [RequireDoor('door', {}), UseGuards(AccessGuard)] }, []);
    const twice = controller({ twice: [RequireAccess({ resource: FRONT })] }, [
      UseGuards(AccessGuard),
    ]);
    const { options, asked } = settings();
    const { server } = await serve(
      {
        controllers: [twice, doors],
        providers: [{ provide: APP_GUARD, useExisting: AccessGuard }],
      },
      options,
    );
    expect(await status(server, '/twice', ADA)).toBe(200);
    expect(asked).toEqual(['ada']);
    expect(await status(server, '/plain', ADA)).toBe(400);
  });

  test('remember nothing while something else may still refuse', async () => {
    const remembered: string[] = [];
    const pdp = contractPdp();
    const open: NonNullable<Pdp['open']> = async (request) => {
      const view = pdp.local();
      if (!view.ok) throw new Error(view.detail);
      const decided = view.value.decide(request);
      if (decided.decision) remembered.push(request.resource.id);
      return decided;
    };
    const doors = controller({
      both: [
        RequireAccess({ resource: VAULT }),
        RequireAccess({ resource: FRONT, remember: true }),
      ],
      // Whichever of the two refuses, and wherever it stands.
      frontThenVault: [
        RequireAccess({ resource: FRONT, remember: true }),
        RequireAccess({ resource: VAULT, remember: true }),
      ],
      vaultThenFront: [
        RequireAccess({ resource: VAULT, remember: true }),
        RequireAccess({ resource: FRONT, remember: true }),
      ],
      twice: [
        RequireAccess({ resource: FRONT, remember: true }),
        RequireAccess({ resource: FRONT, remember: true }),
      ],
      front: [RequireAccess({ resource: FRONT, remember: true })],
    });
    const { server } = await serve(
      { controllers: [doors] },
      settings({ pdp: { ...pdp, open } }).options,
    );
    for (const path of ['/both', '/frontThenVault', '/vaultThenFront']) {
      expect(await status(server, path, ADA)).toBe(403);
      expect(remembered).toEqual([]);
    }
    expect(await status(server, '/twice', ADA)).toBe(200);
    expect(remembered.splice(0)).toEqual(['front', 'front']);
    expect(await status(server, '/front', ADA)).toBe(200);
    expect(remembered).toEqual(['front']);
  });

  test("that are missing are nobody's matter, unless the module denies what has none", async () => {
    const doors = controller({
      plain: [],
      free: [Unguarded()],
      front: [RequireAccess({ resource: FRONT })],
    });
    const free = type(controller({ whole: [] }), [Unguarded()]);
    const lax = await serve({ controllers: [doors] });
    expect(await status(lax.server, '/plain')).toBe(200);
    const strict = await serve(
      { controllers: [doors, free] },
      settings({ denyUnannotated: true }).options,
    );
    expect(await status(strict.server, '/plain', ADA)).toBe(403);
    expect(await status(strict.server, '/free')).toBe(200);
    expect(await status(strict.server, '/whole')).toBe(200);
    expect(await status(strict.server, '/front', ADA)).toBe(200);
    expect(await status(strict.server, '/front')).toBe(401);
  });

  test('bring their guard along: without the module the application does not start', async () => {
    const doors = controller({ front: [RequireAccess({ resource: FRONT })] });
    await expect(listening({ controllers: [doors] })).rejects.toThrow(/AccessGuard/u);
  });
});

describe('guards', () => {
  /** Signs in whoever the header names, as an authentication guard does. */
  class SignIn implements CanActivate {
    canActivate(context: ExecutionContext) {
      const request = context.switchToHttp().getRequest();
      request.user = { id: request.headers['x-user'] };
      return true;
    }
  }
  const byUser: Partial<AccessModuleOptions> = {
    subject: ({ user }) => (user as { id?: string } | undefined)?.id,
  };
  const front = () => RequireAccess({ resource: FRONT });

  test.each([
    [
      'of the application',
      { front: [front()] },
      [],
      [{ provide: APP_GUARD, useClass: SignIn }],
      200,
    ],
    ['of the class', { front: [front()] }, [UseGuards(SignIn)], [], 200],
    ['of the handler, below in the source', { front: [front(), UseGuards(SignIn)] }, [], [], 200],
    ['of the handler that come too late', { front: [UseGuards(SignIn), front()] }, [], [], 401],
    [
      'of the handler, for a requirement of the class',
      { front: [UseGuards(SignIn)] },
      [front()],
      [],
      401,
    ],
  ] as const)(
    '%s sign in before the question, or nobody is',
    async (_, handlers, decorators, providers, wanted) => {
      const doors = controller(handlers, decorators);
      const { server } = await serve(
        { controllers: [doors], providers: [...providers] },
        settings(byUser).options,
      );
      expect(await status(server, '/front', ADA)).toBe(wanted);
      expect(await status(server, '/front')).toBe(401);
      expect(await status(server, '/front', BOB)).toBe(wanted === 200 ? 403 : 401);
    },
  );

  test.each(['ws', 'rpc', 'graphql'])(
    'refuse over %s, where there is no request to ask by',
    async (kind) => {
      const { options, asked } = settings();
      const guard = new AccessGuard(new Reflector(), options);
      const doors = controller({ plain: [], front: [front()] });
      const context = (name: string) =>
        ({
          getType: () => kind,
          getClass: () => doors,
          getHandler: () => (doors.prototype as Record<string, unknown>)[name],
        }) as unknown as ExecutionContext;
      expect(await guard.canActivate(context('front'))).toBe(false);
      expect(await guard.canActivate(context('plain'))).toBe(true);
      expect(asked).toEqual([]);
    },
  );
});

describe('exceptions', () => {
  class Own implements ExceptionFilter<AccessRefusedException> {
    catch({ refusal }: AccessRefusedException, host: Parameters<ExceptionFilter['catch']>[1]) {
      const response = host.switchToHttp().getResponse();
      response.status(418).set(refusal.headers).end(`own ${refusal.code}`);
    }
  }
  Catch(AccessRefusedException)(Own);

  test('of a refusal reach a filter of the host, headers and all', async () => {
    const doors = controller({ front: [RequireAccess({ resource: FRONT })] }, [UseFilters(Own)]);
    const { server } = await serve({ controllers: [doors] });
    const told = await ask(server, 'GET', '/front');
    expect([told.status, told.text]).toEqual([418, 'own no_subject']);
    expect(told.headers.get('www-authenticate')).toBe('Bearer');
  });

  test("of a refusal are exceptions of HTTP, with the decision for the host's own eyes", async () => {
    const seen: unknown[] = [];
    class Spy implements ExceptionFilter {
      catch(exception: unknown, host: Parameters<ExceptionFilter['catch']>[1]) {
        seen.push(exception);
        host.switchToHttp().getResponse().status(599).end();
      }
    }
    Catch()(Spy);
    const doors = controller({ front: [RequireAccess({ resource: FRONT })] }, [UseFilters(Spy)]);
    const { server } = await serve({ controllers: [doors] });
    await ask(server, 'GET', '/front', BOB);
    const [exception] = seen as [AccessRefusedException];
    expect(exception).toBeInstanceOf(AccessRefusedException);
    expect(exception.getStatus()).toBe(403);
    expect(exception.getResponse()).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      code: 'forbidden',
    });
    expect(exception.refusal.served?.context.reason).toBe('no_access_right');
  });
});

describe('the module', () => {
  test('takes options from a factory, with what that injects', async () => {
    const { options } = settings();
    const access = AccessModule.forRootAsync({
      imports: [
        moduleOf({ providers: [{ provide: 'PDP', useValue: contractPdp() }], exports: ['PDP'] }),
      ],
      inject: ['PDP'],
      useFactory: async (pdp: Pdp) => ({ ...options, pdp }),
    });
    const doors = controller({ front: [RequireAccess({ resource: FRONT })] });
    const one = await listening({ imports: [access], controllers: [doors] });
    running.push(one);
    expect(await status(one.server, '/front', ADA)).toBe(200);
    expect(await status(one.server, '/front', BOB)).toBe(403);
  });

  test.each([
    ['without a decision point', { pdp: undefined }],
    ['without who asks', { subject: undefined }],
  ])('does not start %s', async (_, parts) => {
    const doors = controller({ front: [RequireAccess({ resource: FRONT })] });
    const { options } = settings();
    await expect(
      serve({ controllers: [doors] }, { ...options, ...parts } as never),
    ).rejects.toThrow(TypeError);
  });

  test('gives every service its decisions', async () => {
    class Rounds {
      readonly access: AccessService;
      constructor(access: AccessService) {
        this.access = access;
      }
    }
    Inject(AccessService)(Rounds, undefined, 0);
    const app = await NestFactory.createApplicationContext(
      moduleOf({ imports: [AccessModule.forRoot(settings().options)], providers: [Rounds] }),
      { logger: false, abortOnError: false },
    );
    const { access } = app.get(Rounds);
    const ada = { type: 'user', id: 'ada' };
    expect(access.check({ subject: ada, resource: FRONT })).toBe(true);
    expect(access.decide({ subject: ada, resource: VAULT }).context.reason).toBe('reader');
    expect(
      access.check({ subject: ada, resource: VAULT, facts: { reader: 'vault-in', method: 'tap' } }),
    ).toBe(true);
    // The clock is the module's, whatever facts say.
    const late = { reader: 'vault-in', method: 'tap', time: NOON };
    const midnight = new AccessService({ ...settings().options, now: () => NOON + 12 * 3_600_000 });
    expect(midnight.check({ subject: ada, resource: VAULT, facts: late })).toBe(false);
    expect(access.check({ subject: ada, action: 'delete', resource: FRONT })).toBe(false);
    expect(() => access.check({ subject: ada, resource: { type: 'door' } as never })).toThrow(
      RequestError,
    );
    await app.close();
  });

  test('refuses by its service where there is nothing to decide by, and takes no decision that is none', () => {
    const { options } = settings();
    const local: Pdp['local'] = () => ({ ok: false, code: 'stale', detail: 'old' });
    const stale = new AccessService({ ...options, pdp: { ...options.pdp, local } });
    const question = { subject: { type: 'user', id: 'ada' }, resource: FRONT };
    expect(stale.decide(question)).toEqual({
      decision: false,
      context: {
        reason: 'stale',
        reasons: [{ code: 'stale', at: FRONT }],
        grants: [],
        revision: 0,
      },
    });
    const odd = { ok: true, value: { decide: () => ({ decision: 'true' }) } } as never;
    const strange = new AccessService({ ...options, pdp: { ...options.pdp, local: () => odd } });
    expect(() => strange.check(question)).toThrow(TypeError);
  });
});

test('a route of Nest by another method is another route', async () => {
  class Doors {
    unlock() {
      return 'opened';
    }
  }
  type(Doors, [Controller()]);
  method(Doors, 'unlock', [Post('doors/:door'), RequireDoor()]);
  const { server } = await serve({ controllers: [Doors] });
  expect((await ask(server, 'POST', '/doors/front', ADA)).status).toBe(201);
  expect((await ask(server, 'POST', '/doors/front', BOB)).status).toBe(403);
  expect(await status(server, '/doors/front', ADA)).toBe(404);
});
