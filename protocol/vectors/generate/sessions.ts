/** Text of `sessions.json`: runs of a lock, and the handshakes in them for judges that replay Noise alone. */
import { fileText, type Writable } from './notation.js';
import { phoneVisit } from './phone-run.js';
import { SETUP } from './run.js';
import { commissioning, provisioning, type Told } from './runs.js';
import { honestRuns } from './runs-honest.js';
import { hostileRuns } from './runs-hostile.js';
import { ownershipRuns } from './runs-owner.js';

/** Text of `sessions.json`. */
export function sessionsFile(): string {
  const first = commissioning();
  const second = provisioning(first.run);
  const { told, phone } = phoneVisit(second.run);
  const all: readonly Told[] = [
    first,
    second,
    ...honestRuns(second.run),
    ...hostileRuns(second.run),
    ...ownershipRuns(first.run),
    told,
  ];
  const runs = all.map(({ run, line, verdict }) => run.vector(line, verdict));
  const handshakes = all.flatMap(({ callers }) =>
    callers.map(({ handshake }) => handshake).filter(({ id }) => id !== undefined),
  );
  return fileText(
    'Runs of one lock: events with fixed random bytes, and every effect. A run goes on where the one in `after` ended. `write` effects name their record alone.',
    { setup: [{ ...SETUP } as unknown as Writable], runs, phones: [phone], handshakes },
  );
}
