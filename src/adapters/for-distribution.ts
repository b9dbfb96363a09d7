/**
 * Feeds (`doorwright/distribution`): one source of a policy, any number of processes far away that decide by it. Consumers need
 * nothing of Node.
 */
export type { Crypto, PublicKey } from '../../protocol/crypto/crypto.js';
export type { InstantSigner, Signer } from '../../protocol/crypto/steps.js';
export type {
  Acknowledgement,
  Delta,
  FeedMessage,
  Heartbeat,
  Position,
  SnapshotHead,
} from '../distribution/message.js';
export type {
  HeardWithdrawal,
  ParkedDelta,
  ReaderFault,
  ReaderState,
} from '../distribution/reader.js';
export type { Withdrawal } from '../distribution/withdrawal.js';
export type { Enforcement, MissingConsumer } from './distribution/acknowledgements.js';
export {
  type CarriedDeltas,
  type CarriedSnapshot,
  CarrierError,
  type DeltasResult,
  type FeedBroadcast,
  type FeedSource,
} from './distribution/carrier.js';
export { openConsumer } from './distribution/consumer.js';
export type { ConsumerFault } from './distribution/consumer-core.js';
export type { Consumer, ConsumerOptions, Witness } from './distribution/consumer-options.js';
export {
  type FeedConsumer,
  registerConsumer,
  registeredConsumers,
  removeConsumer,
} from './distribution/consumers.js';
export { DEFAULT_CLASS, type DoorClass } from './distribution/door-classes.js';
export { beginEpoch, type FeedEpoch } from './distribution/epoch.js';
export { type FeedMemory, noMemory, type RememberedFeed } from './distribution/feed-memory.js';
export type { PublisherFault } from './distribution/feed-state.js';
export type { FeedRules } from './distribution/feeds.js';
export {
  type FeedCaller,
  type FeedHandler,
  type FeedHandlerOptions,
  feedHandler,
} from './distribution/http-carrier.js';
export { type HttpSourceOptions, httpSource } from './distribution/http-source.js';
export { openPublisher } from './distribution/open-publisher.js';
export type { Published, Publisher, PublisherOptions } from './distribution/publisher.js';
export { hostTimers, type Timers } from './distribution/timers.js';
export type {
  Consistency,
  Pdp,
  PdpRefusalCode,
  PdpStatus,
  PdpView,
  ServedDecision,
  ViewCode,
  ViewResult,
} from './pdp/pdp.js';
