/**
 * Feeds (`doorwright/distribution`): one source of a policy, any number of processes far away that decide by it. Consumers need
 * nothing of Node.
 */
export type { PublicKey } from '../../protocol/crypto/crypto.js';
export type { InstantSigner, Signer } from '../../protocol/crypto/steps.js';
export type {
  Acknowledgement,
  Delta,
  FeedMessage,
  Heartbeat,
  Position,
  SnapshotHead,
} from '../distribution/message.js';
export type { ReaderFault, ReaderState } from '../distribution/reader.js';
export type { Withdrawal } from '../distribution/withdrawal.js';
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
export { DEFAULT_CLASS, type DoorClass } from './distribution/door-classes.js';
export { type FeedMemory, noMemory, type RememberedFeed } from './distribution/feed-memory.js';
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
