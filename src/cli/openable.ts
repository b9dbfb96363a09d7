/** The door or elevator stop that `--door` or `--stop` names. */
import type { Arguments } from './arguments.js';
import { UsageError } from './failure.js';
import { mustExist, type Openable, openablesOf, type Site } from './site.js';

/** @throws UsageError unless exactly one is named; InputError where the policy has none such. */
export function openableOf(site: Site, args: Arguments): Openable {
  const door = args.get('door');
  const stop = args.get('stop');
  if ((door === undefined) === (stop === undefined)) {
    throw new UsageError('say which door with --door, or which elevator stop with --stop');
  }
  const type = door === undefined ? 'elevator_stop' : 'door';
  const id = door ?? stop ?? '';
  const openables = openablesOf(site.policy).filter((openable) => openable.type === type);
  mustExist(door === undefined ? 'elevator stop' : 'door', id, openables);
  return openables.find((openable) => openable.id === id) as Openable;
}
