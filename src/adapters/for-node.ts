/**
 * What a Node process brings (`doorwright/node`): fast cryptography, drivers for signers that answer later, bridges and
 * consumers of feeds with their durable memory, and web handlers as listeners of Node's HTTP server.
 */
export type { Crypto, PublicKey } from '../../protocol/crypto/crypto.js';
export type {
  Checking,
  SignatureCheck,
  SignatureWish,
  Signer,
  Signing,
} from '../../protocol/crypto/steps.js';
export {
  type Bridge,
  type BridgeOptions,
  type BridgeSignal,
  openBridge,
} from './bridge.js';
export { type BridgePacket, encodePacket, packetReader } from './bridge-packets.js';
export { type BridgeAddress, type BridgeServer, serveBridge } from './bridge-server.js';
export { feedFolder } from './distribution/feed-folder.js';
export type { FeedMemory, RememberedFeed } from './distribution/feed-memory.js';
export { execActuator } from './exec-actuator.js';
export { fastestCrypto } from './fastest.js';
export type {
  Actuator,
  BoltMove,
  FrameReceiver,
  HostedConnection,
  LockHost,
} from './hosted-lock.js';
export { checkLater, type LaterVerify, signLater } from './later.js';
export { FolderHeldError, type HeldFolder, holdFolder } from './lock-file.js';
export type { LockLabel } from './lock-label.js';
export { nodeCrypto } from './node-crypto.js';
export { nodeHost } from './node-host.js';
export { nodeListener } from './node-listener.js';
export { openRecordFolder, type RecordFolder } from './record-folder.js';
export { loadSodium } from './sodium.js';
