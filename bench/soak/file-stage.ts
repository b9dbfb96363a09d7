/** `doorwright serve` over a policy file that is replaced by newer revisions. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVE_WORLD } from '../serve/questions.js';
import { buildWorld } from '../worlds.js';
import { portOf, startProgram } from './program.js';
import { clientsIn, putFile, SECONDS, type Stage, untilRevision, writeClients } from './stage.js';

/** Opens the stage. */
export async function fileStage(root: string): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'doorwright-soak-'));
  const file = join(folder, 'policy.json');
  const clients = clientsIn(folder);
  const textOf = revisionsOf();
  let revision = 1;
  try {
    await putFile(file, textOf(revision));
    await writeClients(clients, SECONDS[0]);
    const options = ['--port', '0', '--tokens', clients, '--log-level', 'warn'];
    const program = await startProgram(root, ['serve', file, ...options]);
    const port = portOf(program);
    return {
      programs: new Map([['server', program]]),
      port,
      clients,
      async change() {
        await untilRevision(port, revision);
        await putFile(file, textOf(++revision));
      },
      changed: () => revision - 1,
      async close() {
        program.process.kill('SIGKILL');
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Texts of a policy by revision. Every second one lacks an assignment; both were written out before, which takes long. */
function revisionsOf(): (revision: number) => string {
  const { revision: _, assignments = [], ...policy } = buildWorld(SERVE_WORLD, 0).policy;
  const rest = [assignments, assignments.slice(0, -1)].map((some) =>
    JSON.stringify({ ...policy, assignments: some }).slice(1),
  );
  return (revision) => `{"revision":${revision},${rest[revision % 2]}`;
}
