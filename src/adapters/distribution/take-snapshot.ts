/** Snapshots on the reader's side: parts checked as they come, then compiled. */
import type { Crypto } from '../../../protocol/crypto/crypto.js';
import { toHex } from '../../../protocol/wire/hex.js';
import { luxonTimeZones } from '../../checks/time/luxon-zones.js';
import type { SnapshotHead } from '../../distribution/message.js';
import { zoneTest } from '../../engine/compile.js';
import type { Engine } from '../../engine/engine.js';
import { compilePolicy, type PolicyOptions } from '../../index.js';
import type { Policy } from '../../policy/document.js';
import { pieceReader } from '../../policy/parse-pieces.js';
import { CarrierError } from './carrier.js';

/**
 * The engine of a snapshot whose head was opened and believed. Each part is checked before it is handed on.
 * @param onPart - called with every part that is right, in order; waited for.
 * @throws CarrierError when the parts are not what the head says. PolicyError when they are, and are no policy.
 */
export async function takeSnapshot(
  head: SnapshotHead,
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  crypto: Crypto,
  policyOptions: PolicyOptions,
  onPart?: (part: Uint8Array) => Promise<void>,
): Promise<Engine> {
  // Across parts: a character may be cut by the border between two.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const texts: string[] = [];
  const reader = pieceReader({
    isTimeZone: zoneTest(policyOptions.timeZones ?? luxonTimeZones),
    allowDeprecatedRoles: policyOptions.allowDeprecatedRoles ?? false,
  });
  let index = 0;
  for await (const part of parts) {
    const wanted = head.parts[index];
    index += 1;
    const isRight =
      wanted !== undefined &&
      part.length === wanted.bytes &&
      toHex(crypto.sha256(part)) === wanted.sha256;
    if (!isRight) throw wrong(`part ${index} is not what the head says`);
    await onPart?.(part);
    const text = textOf(decoder, part);
    texts.push(text);
    reader.add(text);
  }
  if (index !== head.parts.length) throw wrong(`${index} of ${head.parts.length} parts came`);
  texts.push(textOf(decoder));
  const policy = reader.end() ?? parsed(texts.join(''));
  return compiled(head, policy, policyOptions);
}

function textOf(decoder: InstanceType<typeof TextDecoder>, part?: Uint8Array): string {
  try {
    return part === undefined ? decoder.decode() : decoder.decode(part, { stream: true });
  } catch (cause) {
    throw wrong('the body is no UTF-8', cause);
  }
}

function parsed(text: string): Policy {
  try {
    return JSON.parse(text) as Policy;
  } catch (cause) {
    throw wrong('the body is no JSON', cause);
  }
}

function compiled(head: SnapshotHead, policy: Policy, policyOptions: PolicyOptions): Engine {
  const engine = compilePolicy(policy, policyOptions);
  const isSame = policy.organization.id === head.organization && engine.revision === head.revision;
  if (!isSame) throw wrong('the policy is of another organisation or revision');
  return engine;
}

function wrong(message: string, cause?: unknown): CarrierError {
  return new CarrierError(message, { retryable: true, cause });
}
