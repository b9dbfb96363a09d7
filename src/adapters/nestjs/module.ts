/** The module: `AccessModule.forRoot` and `forRootAsync`. */
import {
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Global,
  Module,
  type Provider,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access-guard.js';
import { AccessService } from './access-service.js';
import { AnnotationGuard } from './annotation-guard.js';
import { ACCESS_OPTIONS, type AccessModuleOptions, ConfigurableModuleClass } from './options.js';
import { AccessRefusedFilter } from './refused.js';
import type { NestRequest } from './request.js';

/** Makes `AccessService` and the guards of `RequireAccess` and `RequireDoor` known to the whole application. Import it once, at the root. */
export class AccessModule extends ConfigurableModuleClass {
  /** With options that are there already. */
  static override forRoot<R = NestRequest>(options: AccessModuleOptions<R>): DynamicModule {
    const given = options as unknown as AccessModuleOptions;
    return { ...ConfigurableModuleClass.forRoot(given), module: AccessModule };
  }

  /** With options that a factory or class makes: `{ imports, inject, useFactory }`. */
  static override forRootAsync<R = NestRequest>(
    options: ConfigurableModuleAsyncOptions<AccessModuleOptions<R>>,
  ): DynamicModule {
    const given = options as unknown as ConfigurableModuleAsyncOptions<AccessModuleOptions>;
    return { ...ConfigurableModuleClass.forRootAsync(given), module: AccessModule };
  }
}

const PROVIDERS: Provider[] = [
  AccessGuard,
  AccessService,
  { provide: APP_GUARD, useClass: AnnotationGuard },
  { provide: APP_FILTER, useClass: AccessRefusedFilter },
];

Global()(AccessModule);
Module({ providers: PROVIDERS, exports: [AccessGuard, AccessService, ACCESS_OPTIONS] })(
  AccessModule,
);
