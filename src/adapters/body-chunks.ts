/** Bodies of web requests and responses as they come: not every browser iterates over streams. */
import { gatherBytes } from './gathered-bytes.js';

/** What is used of a `ReadableStream`. */
interface ChunkStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
}

/** The chunks of a body; whoever stops early lets go of the rest. */
export async function* bodyChunks(
  body: ChunkStream | null,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || value === undefined) {
        isOver = true;
        return;
      }
      yield value;
    }
  } finally {
    // Not awaited: a stream that was split in two answers only when both halves are let go.
    if (!isOver) reader.cancel().catch(() => undefined);
  }
}

/**
 * The bytes of a body; undefined where it is longer than so many: no more is read of it then.
 * @throws whatever its stream fails with.
 */
export async function bodyBytes(
  { body }: { readonly body: ChunkStream | null },
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const gathered = gatherBytes();
  for await (const chunk of bodyChunks(body)) {
    if (gathered.length + chunk.byteLength > bytesMax) return undefined;
    gathered.add(chunk);
  }
  return gathered.whole();
}

/** The text of a body; undefined where it is longer than so many bytes, or no UTF-8. */
export async function bodyText(
  { body }: { readonly body: ChunkStream | null },
  bytesMax: number,
): Promise<string | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of bodyChunks(body)) {
      bytes += chunk.length;
      if (bytes > bytesMax) return undefined;
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch {
    return undefined;
  }
}
