/** Teams of a site. */
import {
  type MemberChange,
  type NewTeam,
  planChangeMembers,
  planCreateTeam,
  planDeleteTeam,
  type TeamCode,
} from '../../admin/provisioning/teams.js';
import { type Person, type WriteOptions, writePlanned } from './planned-write.js';
import type { Site, WriteResult } from './site.js';

/** Makes a team. */
export function createTeam(
  site: Site,
  actor: Person,
  order: NewTeam,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly team: string }, TeamCode>> {
  return writePlanned(site, actor, 'team.create', (p) => planCreateTeam(p, order), options);
}

/** Lets users and teams join and leave a team. Each must be the actor's to give and to end what the team holds. */
export function changeMembers(
  site: Site,
  actor: Person,
  change: MemberChange,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly team: string }, TeamCode>> {
  return writePlanned(site, actor, 'team.members', (p) => planChangeMembers(p, change), options);
}

/** Takes a team away with all it holds; its members stay. */
export function deleteTeam(
  site: Site,
  actor: Person,
  team: string,
  options?: WriteOptions,
): Promise<WriteResult<{ readonly ended: readonly string[] }, TeamCode>> {
  return writePlanned(site, actor, 'team.delete', (p) => planDeleteTeam(p, team), options);
}
