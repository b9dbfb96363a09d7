/** A bare JavaScript engine: QuickJS in WebAssembly, with the language and nothing of a host. */
import { build } from 'esbuild';
import { getQuickJS } from 'quickjs-emscripten';

/** What a loaded bundle can be asked. */
export interface Bare {
  /** Calls a global function with one value and gives back its answer; both travel as JSON. */
  call(name: string, argument: unknown): unknown;
  /** The value of an expression, as JSON. */
  evaluate(expression: string): unknown;
  dispose(): void;
}

/** Memory of the bare engine: a small bridge has as much. */
const MEMORY_BYTES_MAX = 64 * 1024 * 1024;

/** Bundles a module with everything it imports, without any host's files, and loads it. */
export async function loadBare(entry: string): Promise<Bare> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    format: 'iife',
    target: 'es2020',
  });
  const vm = (await getQuickJS()).newContext();
  vm.runtime.setMemoryLimit(MEMORY_BYTES_MAX);
  const evaluate = (code: string): unknown => {
    const text = vm.unwrapResult(vm.evalCode(code)).consume((handle) => vm.dump(handle));
    return text === undefined ? undefined : JSON.parse(text);
  };
  vm.unwrapResult(vm.evalCode(outputFiles[0]!.text)).dispose();
  return {
    // JSON text twice over is a JavaScript string literal that holds the JSON text.
    call: (name, argument) =>
      evaluate(`JSON.stringify(${name}(JSON.parse(${JSON.stringify(JSON.stringify(argument))})))`),
    evaluate: (expression) => evaluate(`JSON.stringify(${expression})`),
    dispose: () => vm.dispose(),
  };
}
