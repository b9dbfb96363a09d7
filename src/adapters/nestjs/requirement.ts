/** What is annotated at controllers and handlers: what they require, or that they require nothing. */
import { applyDecorators, type Type, UseGuards } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Entity } from '../../engine/request.js';
import { type DoorOptions, doorTarget, type GuardTarget } from '../guard/guard.js';
import { AccessGuard } from './access-guard.js';
import type { NestRequest } from './request.js';
import { REQUIRED, UNGUARDED } from './required.js';

/** What a handler requires. */
export interface RequiredAccess<R = NestRequest> extends Omit<GuardTarget<R>, 'resource'> {
  /** What is asked for: always the same, or named by the request; nothing is a 400. */
  readonly resource: Entity | GuardTarget<R>['resource'];
}

/** A decorator of classes and of methods, as Nest's own are. */
export type NestDecorator = ReturnType<typeof applyDecorators>;

/**
 * Runs a handler, or all of a controller, only where the policy permits. Brings its guard along, and so an application without
 * `AccessModule` does not start. Several of them, at a handler and at its class, must all permit.
 */
export function RequireAccess<R = NestRequest>(required: RequiredAccess<R>): NestDecorator {
  const { resource } = required;
  const read = typeof resource === 'function' ? resource : () => resource;
  return requires({ ...required, resource: read } as GuardTarget<never>);
}

/** The same for a route whose path names a door. @param parameter - default `door`, as in `@Post('doors/:door/unlock')`. */
export function RequireDoor<R = NestRequest>(
  parameter = 'door',
  options?: DoorOptions<R>,
): NestDecorator {
  const read = (request: R) => {
    const { params } = request as { readonly params?: Readonly<Record<string, unknown>> };
    return Object(params)[parameter] as unknown;
  };
  return requires(doorTarget(read, options) as GuardTarget<never>);
}

/** Says that a handler or controller requires nothing here; for `denyUnannotated`, and for one handler of a class that requires something. */
export function Unguarded(): NestDecorator {
  return UNGUARDED(true);
}

/** Adds to what stands there already: a second decorator must not replace the first. */
function requires(target: GuardTarget<never>): NestDecorator {
  const reflector = new Reflector();
  const add: NestDecorator = (object: object, key?: string | symbol, descriptor?: unknown) => {
    const handler = (descriptor as { readonly value?: unknown } | undefined)?.value;
    const at = (key === undefined ? object : handler) as Type;
    const before = reflector.get(REQUIRED, at) ?? [];
    REQUIRED([...before, target])(object as Type, key as string, descriptor as never);
  };
  return applyDecorators(add, UseGuards(AccessGuard));
}
