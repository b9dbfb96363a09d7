/** Feeds over NATS (`doorwright/nats`): a publisher puts its feed on a connection, readers follow it there. */
export type { DeltaStreamOptions } from './nats/delta-stream.js';
export { type NatsFeedOptions, natsFeed } from './nats/nats-feed.js';
export {
  type NatsPublisher,
  type NatsPublisherOptions,
  natsPublisher,
} from './nats/nats-publisher.js';
export { type FeedPlace, type FeedSubjects, feedSubjects, subjectToken } from './nats/subjects.js';
