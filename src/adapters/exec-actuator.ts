/** Moves bolts by running a program: for bridges whose motors have a command-line tool. */
import { spawn } from 'node:child_process';
import type { Actuator } from './hosted-lock.js';

/** How long the program may take, in milliseconds: a motor that needs longer is stuck. */
const PROGRAM_MS_MAX = 8_000;

/**
 * Runs `program <lock id> <operation> <seconds>` for each move; exit code 0 says that the bolt moved.
 * The words come from a closed list and pass no shell.
 */
export function execActuator(program: string): Actuator {
  return {
    move: ({ lockId, operation, seconds }) =>
      new Promise((resolve, reject) => {
        const child = spawn(program, [lockId, operation, String(seconds)], {
          stdio: ['ignore', 'ignore', 'inherit'],
          timeout: PROGRAM_MS_MAX,
          killSignal: 'SIGKILL',
        });
        child.once('error', reject);
        child.once('exit', (code) => resolve(code === 0));
      }),
  };
}
