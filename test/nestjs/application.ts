/** Applications of Nest written without decorator syntax, which this repository's compiler does not take. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type INestApplication, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Running } from '../frameworks/service.js';

type Decorate = ClassDecorator & MethodDecorator;

/** Decorates a method as `@a() @b() method()` would: the last of the list is applied first. */
export function method<T extends object>(
  owner: Type<T>,
  name: keyof T & string,
  decorators: readonly unknown[],
): void {
  const descriptor = Object.getOwnPropertyDescriptor(owner.prototype, name) as PropertyDescriptor;
  for (const decorate of [...decorators].reverse() as Decorate[]) {
    decorate(owner.prototype, name, descriptor);
  }
}

/** Decorates a class as `@a() @b() class` would. */
export function type<T extends Type>(owner: T, decorators: readonly unknown[]): T {
  for (const decorate of [...decorators].reverse() as Decorate[]) decorate(owner);
  return owner;
}

/** Decorates a parameter. */
export function parameter<T extends object>(
  owner: Type<T>,
  name: keyof T & string,
  index: number,
  decorate: ParameterDecorator,
): void {
  decorate(owner.prototype, name, index);
}

/** A module of these parts. */
export function moduleOf(parts: ModuleMetadata): Type {
  return type(class Root {}, [Module(parts)]);
}

/** An application that listens on loopback. */
export async function listening(
  parts: ModuleMetadata,
  before: (app: INestApplication) => void = () => {},
): Promise<Running & { readonly app: INestApplication }> {
  const app = await NestFactory.create(moduleOf(parts), { logger: false, abortOnError: false });
  before(app);
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as Server;
  if (!server.listening) await once(server, 'listening');
  return {
    app,
    server,
    close: async () => {
      server.closeAllConnections();
      await app.close();
    },
  };
}
