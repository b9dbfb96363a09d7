/**
 * Every size the library refuses to exceed, with its reason. A cap is part of the contract: above it
 * the answer is an error with code `too_large`, never a slow success.
 */

/** Longest id. Long enough for a UUID with a prefix or an e-mail address; short enough to index. */
export const ID_LENGTH_MAX = 128;

/** Longest name shown to people. Labels, not documents. */
export const NAME_LENGTH_MAX = 256;

/** Longest free text a document carries besides names (`$schema`, e-mail, secret hash). */
export const TEXT_LENGTH_MAX = 512;

/** Longest RRULE text. The longest sensible rule lists 366 BYYEARDAY values (about 1 500 characters). */
export const RRULE_LENGTH_MAX = 2048;

/** Assignments in one document: five times the largest benchmarked site (1 M). */
export const ASSIGNMENTS_MAX = 5_000_000;

/** Users, links and credentials, each, in one document. */
export const PEOPLE_MAX = 2_000_000;

/** Doors, groups, teams, floors, elevators, lockdowns, each, in one document. */
export const THINGS_MAX = 200_000;

/** Places in one document: an organisation of ten thousand buildings. */
export const PLACES_MAX = 10_000;

/** Schedules and calendars, each: one schedule a door and more is a modelling mistake, not a need. */
export const SCHEDULES_MAX = 50_000;

/** Ids in one list (members of a team, doors of a group). */
export const ID_LIST_MAX = 1_000_000;

/** Stops of one elevator: the tallest building has 163 floors. */
export const STOPS_MAX = 256;

/** Readers of one door or elevator. */
export const READERS_MAX = 64;

/** Weekly windows of one schedule: every hour of the week, twice. */
export const WINDOWS_MAX = 336;

/** Recurrences of one schedule; each costs an expansion. */
export const RECURRENCES_MAX = 64;

/** EXDATE or RDATE entries of one recurrence, single events, or exceptions of one schedule. */
export const DATES_MAX = 4096;

/** Days of one calendar: holidays of a century. */
export const CALENDAR_DAYS_MAX = 4096;

/** Unlock schedules of one door or stop. */
export const UNLOCKS_MAX = 16;

/** Corners of a polygon: self-crossing is checked pairwise, so the square of this bounds the work. */
export const POLYGON_POINTS_MAX = 256;

/** Largest geofence radius or accuracy limit, in metres (policy.md, Conventions). */
export const RADIUS_METRES_MAX = 10_000;

/** Radius of a circle that does not say, and accuracy limit of a polygon that does not (Kisi: 300 m). */
export const RADIUS_METRES_DEFAULT = 300;

/** Roles of a role model. The largest built-in one has ten. */
export const ROLES_MAX = 256;

/** Actions of one resource type in one role, and resource types of one role. */
export const ACTIONS_MAX = 256;

/** Languages in which one role is named. */
export const LANGUAGES_MAX = 64;

/** Highest rank of a role. */
export const RANK_MAX = 1_000_000;

/** Issues reported of one document; the rest are counted in a last issue `too_many_issues`. */
export const ISSUES_MAX = 1000;

/** Arrivals of one request that are looked at: a day's openings of a busy door. */
export const ARRIVALS_MAX = 10_000;

/** People a place may hold, and a limit of occupancy may name: no building holds more. */
export const CAPACITY_MAX = 10_000_000;

/** Longest time after which anti-passback forgets that somebody went in, in minutes: a week. */
export const RESET_MINUTES_MAX = 10_080;

/** Companions of one request that are looked at: each costs a decision, and one is enough. */
export const COMPANIONS_MAX = 16;

/** Results of one search page, at most and by default. */
export const PAGE_LIMIT_MAX = 10_000;
export const PAGE_LIMIT_DEFAULT = 1000;

/** Formulas a comparison of two policies may need: a hundred for each of ten thousand kinds of people and doors. */
export const DIFF_FORMULAS_MAX = 1_000_000;

/** Stretches of time looked at for one person at one door: a year of quarter hours has 35 040. */
export const DIFF_STRETCHES_MAX = 65_536;

/** Cases of circumstances told apart for one person at one door: far beyond what anybody restricts, and milliseconds still. */
export const DIFF_NODES_MAX = 200_000;

/** Grants upon grants by which somebody may hang on a tenant: a friend's friend has two. */
export const DIFF_GRANTS_MAX = 256;

/** Lines a comparison may need for one person at one door: nobody reads more. */
export const DIFF_BOXES_MAX = 4096;

/** Fences told apart at one door, and unlock schedules that wait for somebody: each doubles the cases. */
export const DIFF_FENCES_MAX = 12;
export const DIFF_ARRIVALS_MAX = 6;

/** Meetings of the edges of these fences: polygons of 256 corners that follow each other closely have some thousand. */
export const DIFF_MEETINGS_MAX = 50_000;

/** Stretches of time looked at for what a changed restriction refuses: the first differ, as days of a week do. */
export const RESTRICTION_LOOKS_MAX = 8;
