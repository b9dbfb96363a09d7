/** What it takes to be let in: shapes of the answers of this room. */
import type { AccessRequest, Entity, Facts } from '../../engine/request.js';
import type { When } from '../when.js';

/** What somebody brings, no more than it takes. */
export interface Need {
  /** Members of `context` beside the time: `method`, `reader`, `location`, `device`, `secondFactor`, `occupancy`, `presence`. */
  readonly facts: Partial<Facts>;
  /** Somebody comes along who may open here at that time himself. */
  readonly company: boolean;
  /** Somebody was let in before, so that the door stands unlocked for the day (first to arrive). */
  readonly arrival: boolean;
  /** He leaves, by a reader of direction `exit`: what keeps people out does not bind him. */
  readonly leaving: boolean;
}

/** Somebody whom a door lets in under some facts. */
export interface Possible {
  /** A user or link. */
  readonly subject: Entity;
  /** The fewest kinds of facts that let him in, coming in before leaving; at the time of the witness. */
  readonly need: Need;
  /** Ids of the assignments that can let him in, sorted; empty where the door stands unlocked for those a lockdown spares. */
  readonly assignments: readonly string[];
  /** A request that is permitted. */
  readonly witness: AccessRequest;
}

/** Everybody whom a door or stop lets in under some facts. */
export interface PossiblePeople {
  /** There are facts under which it is open to everybody, known or not: a request of a stranger that is permitted. */
  readonly anyone?: AccessRequest;
  /**
   * Users by id, then links by id, whom some facts let in under which a stranger is refused. Who comes by a credential is
   * its user.
   */
  readonly people: readonly Possible[];
}

/** One need of somebody at one door, and all of the time at which it is enough. */
export interface OpenNeed {
  readonly need: Need;
  readonly when: When;
  /** A request at the first instant of `when` that is permitted. */
  readonly witness: AccessRequest;
}

/** When a door or stop opens for somebody. */
export interface OpenHours {
  readonly resource: Entity;
  /** Each enough at some time at which nothing less is; the fewest facts first. */
  readonly needs: readonly OpenNeed[];
}
