/** How the module is configured, and the token by which its parts are given that. */
import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { GuardSettings } from '../guard/guard.js';
import type { NestRequest } from './request.js';

/** What `AccessModule` is given: a decision point, who asks, and the facts the host knows. */
export interface AccessModuleOptions<R = NestRequest> extends GuardSettings<R> {
  /**
   * Refuses every handler that is annotated neither with a requirement nor with `@Unguarded()`, whatever module it is of.
   * Default false: what is not annotated is not this module's matter.
   */
  readonly denyUnannotated?: boolean;
}

const BUILDER = new ConfigurableModuleBuilder<AccessModuleOptions>({ moduleName: 'Access' })
  .setClassMethodName('forRoot')
  .build();

/** The class that Nest builds for `forRoot` and `forRootAsync`. */
export const { ConfigurableModuleClass } = BUILDER;
/** Injects the options. */
export const ACCESS_OPTIONS: string | symbol = BUILDER.MODULE_OPTIONS_TOKEN;
