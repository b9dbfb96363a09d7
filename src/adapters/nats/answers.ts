/**
 * Long answers in short messages: the first chunk comes with the answer, the rest is asked for chunk by chunk from whoever began
 * it. Nothing is pushed, so a slow reader fills no buffer on the way.
 */
import { headers, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core';
import { CarrierError } from '../distribution/carrier.js';

/** Headers of answers. */
const ERROR = 'Doorwright-Error';
const BEHIND = 'Doorwright-Behind';
const MORE = 'Doorwright-More';
const SESSION = 'Doorwright-Session';

/** Room for subject and headers of a message. */
const OVERHEAD_BYTES = 4096;
const CHUNK_BYTES = 512 * 1024;
/** Answers that may be under way, and how long each waits for the next question, milliseconds. */
const SESSIONS_MAX = 1000;
/** Those of one slice: whoever may ask for it alone takes not all the room. */
const SESSIONS_EACH = 500;
const SESSION_MS = 30_000;

/** Answers under way at one publisher. */
export interface Answers {
  /** Begins one, of frames. */
  begin(message: Msg, slice: string, frames: AsyncIterable<Uint8Array>): Promise<void>;
  /** Goes on with one: `session index`. */
  more(message: Msg, slice: string): Promise<void>;
  /** Forgets all. */
  close(): void;
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

interface Session {
  readonly slice: string;
  readonly chunks: AsyncIterator<Chunk>;
  index: number;
  last: Promise<Chunk>;
  usedAt: number;
}

/** @param publisher - the token of the subject on which the rest is asked for. */
export function answers(connection: NatsConnection, publisher: string, now: () => number): Answers {
  const sessions = new Map<string, Session>();
  const most = Math.min(CHUNK_BYTES, (connection.info?.max_payload ?? 2 ** 20) - OVERHEAD_BYTES);
  const tidy = (): void => {
    for (const [id, { usedAt, chunks }] of sessions) {
      if (now() - usedAt <= SESSION_MS) continue;
      sessions.delete(id);
      void chunks.return?.();
    }
  };
  const say = async (message: Msg, id: string, session: Session): Promise<void> => {
    const { bytes, isLast } = await session.last;
    const said = headers();
    if (!isLast) {
      said.set(MORE, publisher);
      said.set(SESSION, id);
    }
    message.respond(bytes, { headers: said });
  };
  return {
    async begin(message, slice, frames) {
      tidy();
      const own = [...sessions.values()].filter((one) => one.slice === slice).length;
      if (sessions.size >= SESSIONS_MAX || own >= SESSIONS_EACH) throw busy();
      const chunks = chunked(frames, most)[Symbol.asyncIterator]();
      const last = nextOf(chunks);
      const session: Session = { slice, chunks, index: 0, last, usedAt: now() };
      const id = globalThis.crypto.randomUUID();
      sessions.set(id, session);
      try {
        if ((await last).isLast) sessions.delete(id);
        await say(message, id, session);
      } catch (error) {
        sessions.delete(id);
        throw error;
      }
    },
    async more(message, slice) {
      const [id = '', index = ''] = message.string().split(' ');
      const session = sessions.get(id);
      if (session?.slice !== slice) throw busy();
      session.usedAt = now();
      // The chunk before is asked for again where its answer was lost.
      if (Number(index) === session.index + 1) {
        session.index++;
        session.last = nextOf(session.chunks);
      }
      if (Number(index) !== session.index) throw busy();
      await say(message, id, session);
    },
    close() {
      for (const { chunks } of sessions.values()) void chunks.return?.();
      sessions.clear();
    },
  };
}

/** Says that there is no answer. */
export function refuse(message: Msg, error: unknown): void {
  const isCarrier = error instanceof CarrierError;
  const said = headers();
  said.set(ERROR, isCarrier && !error.retryable ? 'refused' : 'later');
  message.respond(undefined, { headers: said });
}

/** Says that the revision is no longer kept. */
export function sayBehind(message: Msg): void {
  const said = headers();
  said.set(BEHIND, '1');
  message.respond(undefined, { headers: said });
}

/** Whether an answer says so. */
export function isBehind(answer: Msg): boolean {
  return answer.headers?.has(BEHIND) === true;
}

/** @throws CarrierError for an answer that is a refusal. */
export function requireAnswer(answer: Msg): void {
  const said: MsgHdrs | undefined = answer.headers;
  if (said?.has(ERROR) !== true) return;
  throw new CarrierError('the source refuses', { retryable: said.get(ERROR) !== 'refused' });
}

/**
 * The bytes of an answer, chunk by chunk.
 * @param ask - asks the publisher of that name for the chunk of a session.
 */
export async function* answerChunks(
  first: Msg,
  ask: (publisher: string, question: string) => Promise<Msg>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let answer = first;
  for (let index = 1; ; index++) {
    requireAnswer(answer);
    yield answer.data;
    const publisher = answer.headers?.get(MORE) ?? '';
    if (publisher === '') return;
    if (!/^[A-Za-z0-9_-]{1,64}$/u.test(publisher)) {
      throw new CarrierError('an answer that makes no sense', { retryable: false });
    }
    answer = await ask(publisher, `${answer.headers?.get(SESSION)} ${index}`);
  }
}

async function nextOf(chunks: AsyncIterator<Chunk>): Promise<Chunk> {
  const next = await chunks.next();
  return next.done === true ? { bytes: new Uint8Array(), isLast: true } : next.value;
}

/** Frames as chunks of at most so many bytes. One is held back, so that the last one can say that it is. */
async function* chunked(
  frames: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Chunk, void, undefined> {
  let held: Uint8Array | undefined;
  for await (const frame of frames) {
    for (let at = 0; at < frame.length; at += most) {
      if (held !== undefined) yield { bytes: held, isLast: false };
      held = frame.subarray(at, at + most);
    }
  }
  yield { bytes: held ?? new Uint8Array(), isLast: true };
}

function busy(): CarrierError {
  return new CarrierError('no such answer is under way', { retryable: true });
}
