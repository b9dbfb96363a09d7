/** The guard of handlers: asks the policy for everything that is required, once a request. */
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { accessGuard, type Guard, type GuardTarget } from '../guard/guard.js';
import { ACCESS_OPTIONS, type AccessModuleOptions } from './options.js';
import { AccessRefusedException } from './refused.js';
import { isGone, type NestRequest } from './request.js';
import { requiredOf } from './required.js';

/** Where a request goes: a class that inherits a handler may require more than its parent. */
interface Goal {
  readonly handler: unknown;
  readonly owner: unknown;
}

/** Where each request was let through to: a guard at the class and one at the handler are one question. */
const PERMITTED = new WeakMap<object, Goal[]>();

/**
 * Lets a request through to its handler where the policy permits all that is required there. `RequireAccess` and `RequireDoor`
 * bring it along; it may be an `APP_GUARD`, too. Over anything but HTTP what is required is refused: there is no request to ask by.
 */
export class AccessGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #guard: Guard<NestRequest>;

  /** @throws TypeError as `accessGuard`. */
  constructor(reflector: Reflector, options: AccessModuleOptions) {
    this.#reflector = reflector;
    this.#guard = accessGuard(options, 'nestjs');
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const required = requiredOf(this.#reflector, context) ?? [];
    if (required.length === 0) return true;
    // False is each transport's own refusal.
    if (context.getType() !== 'http') return false;
    const request = context.switchToHttp().getRequest<NestRequest>();
    const goal: Goal = { handler: context.getHandler(), owner: context.getClass() };
    const permitted = PERMITTED.get(request) ?? [];
    if (permitted.some(({ handler, owner }) => handler === goal.handler && owner === goal.owner)) {
      return true;
    }
    await this.#judge(required, request, context);
    PERMITTED.set(request, [...permitted, goal]);
    return true;
  }

  async #judge(
    required: readonly GuardTarget<never>[],
    request: NestRequest,
    context: ExecutionContext,
  ): Promise<void> {
    const response = context.switchToHttp().getResponse<object>();
    for (const target of judgements(required)) {
      const verdict = await this.#guard(request, target, () => isGone(request, response));
      if (verdict.kind === 'permit') request.access = verdict.access;
      else throw verdict.fault ?? new AccessRefusedException(verdict);
    }
  }
}

/**
 * What is asked, in this order: nothing is remembered as opened while something else may still refuse. Of several that are
 * to be remembered all but the first are therefore asked once before, without being remembered.
 */
function judgements(required: readonly GuardTarget<never>[]): readonly GuardTarget<NestRequest>[] {
  const remembered = required.filter(({ remember }) => remember === true);
  const others = required.filter(({ remember }) => remember !== true);
  const before = remembered.slice(1).map((target) => ({ ...target, remember: false }));
  const all: unknown = [...others, ...before, ...remembered];
  return all as readonly GuardTarget<NestRequest>[];
}

Inject(Reflector)(AccessGuard, undefined, 0);
Inject(ACCESS_OPTIONS)(AccessGuard, undefined, 1);
Injectable()(AccessGuard);
