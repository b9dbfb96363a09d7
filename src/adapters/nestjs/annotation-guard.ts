/** The guard over all handlers, for applications in which nothing may be left unannotated. */
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ACCESS_OPTIONS, type AccessModuleOptions } from './options.js';
import { requiredOf } from './required.js';

/** Refuses what is not annotated, where the options say `denyUnannotated`. Asks the policy nothing. */
export class AnnotationGuard implements CanActivate {
  readonly #reflector: Reflector;
  readonly #denies: boolean;

  constructor(reflector: Reflector, { denyUnannotated }: AccessModuleOptions) {
    this.#reflector = reflector;
    // Whatever was said other than false is meant to deny.
    this.#denies = (denyUnannotated ?? false) !== false;
  }

  canActivate(context: ExecutionContext): boolean {
    return !this.#denies || requiredOf(this.#reflector, context) !== undefined;
  }
}

Inject(Reflector)(AnnotationGuard, undefined, 0);
Inject(ACCESS_OPTIONS)(AnnotationGuard, undefined, 1);
Injectable()(AnnotationGuard);
