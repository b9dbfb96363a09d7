/** A CSV file as rows: whatever separator it has, told by line. */
import { CsvError, type Info, type InfoRecord, parse } from 'csv-parse';
import type { ImportRow } from '../../admin/import/import-issue.js';
import type { TextEncoding } from './encoding.js';

/** Bytes, in pieces of any size, from the beginning each time they are asked for. */
export type ByteSource = () => AsyncIterable<Uint8Array>;

/** A separator of cells. */
export type Separator = ',' | ';' | '\t' | '|';

/** How a file is read. */
export interface CsvOptions {
  readonly encoding: TextEncoding;
  /** Default: whichever the first lines have most of. */
  readonly separator?: Separator;
}

/** Rows read together. */
export const ROWS_PER_BATCH = 1000;

/** Longest row, so that a quote that never closes does not swallow the file. */
const ROW_CHARACTERS_MAX = 1_000_000;

/** A file that is no CSV from some line on, no text of its encoding, or not what it was a moment ago. */
export class CsvFileError extends Error {
  override readonly name = 'CsvFileError';
  readonly code: 'syntax' | 'encoding' | 'changed';
  readonly line: number;

  constructor(code: CsvFileError['code'], line: number, message: string) {
    super(message);
    this.code = code;
    this.line = line;
  }
}

/**
 * The rows of a file, many at a time; empty lines are left out. `sep=;` in the first line is obeyed.
 * @throws CsvFileError
 */
export async function* csvRows(
  bytes: ByteSource,
  options: CsvOptions,
): AsyncGenerator<readonly ImportRow[]> {
  const text = decoded(bytes, options.encoding);
  const head = await headOf(text);
  const said = saidSeparator(head);
  const parser = parse({
    delimiter: options.separator ?? said ?? likelySeparator(head),
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: ROW_CHARACTERS_MAX,
    relax_column_count: true,
    skip_empty_lines: true,
    ...(said === undefined ? {} : { from_line: 2 }),
  });
  const flow = flowOf(parser);
  try {
    if (head !== '') await flow.write(head);
    for await (const piece of text) {
      yield* flow.batches(ROWS_PER_BATCH);
      await flow.write(piece);
    }
    await flow.end();
    yield* flow.batches(1);
  } catch (error) {
    throw readableError(error, parser.info);
  } finally {
    // Whoever stops early leaves the file closed.
    await text.return(undefined);
  }
}

/** The separator that a file is read with where nobody says it. @throws CsvFileError `encoding` */
export async function separatorIn(bytes: ByteSource, encoding: TextEncoding): Promise<Separator> {
  const text = decoded(bytes, encoding);
  const head = await headOf(text);
  await text.return(undefined);
  return saidSeparator(head) ?? likelySeparator(head);
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: InfoRecord & Info;
}

/** The text that bytes mean. @throws CsvFileError `encoding` */
async function* decoded(bytes: ByteSource, encoding: TextEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of bytes()) {
      const text = decoder.decode(chunk, { stream: true });
      if (text !== '') yield text;
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CsvFileError('encoding', 0, `not all of it is ${encoding}`);
  }
}

/** The beginning of the text, at least its first lines. */
async function headOf(text: AsyncGenerator<string>): Promise<string> {
  let head = '';
  while (head.length < 4096) {
    const next = await text.next();
    if (next.done === true) break;
    head += next.value;
  }
  return head;
}

/** Rows as they come out of a parser, with nothing of streams but what those in browsers have too. */
function flowOf(parser: ReturnType<typeof parse>) {
  const rows: ImportRow[] = [];
  parser.on('data', ({ record, info }: Parsed) => {
    rows.push({ line: info.lines - breaksIn(record), cells: record });
  });
  const failed = new Promise<never>((_, reject) => parser.once('error', reject));
  // It is told by whichever call waits, if one does.
  failed.catch(() => undefined);
  const ended = new Promise<void>((resolve) => parser.once('end', resolve));
  return {
    write: (piece: string): Promise<void> =>
      Promise.race([new Promise<void>((done) => parser.write(piece, () => done())), failed]),
    end: (): Promise<void> => {
      parser.end();
      return Promise.race([ended, failed]);
    },
    /** What has come, while it is so many at least. */
    *batches(least: number): Generator<readonly ImportRow[]> {
      while (rows.length >= least) yield rows.splice(0, ROWS_PER_BATCH);
    },
  };
}

/** The separator that the first line names, as spreadsheets write it. */
function saidSeparator(head: string): Separator | undefined {
  return /^sep=([,;\t|])(?:\r\n|\r|\n)/u.exec(head)?.[1] as Separator | undefined;
}

/** The separator that the lines of the beginning have most often outside quotes; a comma where none has any. */
export function likelySeparator(head: string): Separator {
  const plain = head.slice(0, 65_536).replace(/"(?:[^"]|"")*"?/gu, '""');
  const [first = '', ...others] = plain.split(/\r\n|\r|\n/u);
  let best: Separator = ',';
  let most = 0;
  for (const separator of [';', ',', '\t', '|'] as const) {
    const inHeading = first.split(separator).length - 1;
    const same = others
      .slice(0, -1)
      .filter((line) => line.split(separator).length - 1 === inHeading);
    // The heading decides; of two separators in it, the one that every line has as often.
    const score = inHeading === 0 ? 0 : inHeading + same.length * 10;
    if (score > most) {
      most = score;
      best = separator;
    }
  }
  return best;
}

/** Line ends inside cells: a row's line is that of its beginning. */
function breaksIn(record: readonly string[]): number {
  let breaks = 0;
  for (const cell of record) {
    if (cell.includes('\n') || cell.includes('\r')) {
      breaks += cell.split(/\r\n|\r|\n/u).length - 1;
    }
  }
  return breaks;
}

function readableError(error: unknown, info: Info): unknown {
  // Not by the beginning of its code: not all of them are called `CSV_`.
  if (!(error instanceof CsvError)) return error;
  const { code, lines } = error as { readonly code: string; readonly lines?: unknown };
  const line = typeof lines === 'number' ? lines : info.lines;
  return new CsvFileError('syntax', line, SYNTAX[code] ?? QUOTE);
}

const QUOTE = 'a quote that does not close, or text after one that does';

const SYNTAX: Readonly<Record<string, string>> = {
  CSV_MAX_RECORD_SIZE: 'a row that is too long, or a quote that does not close',
  INVALID_OPENING_QUOTE: 'a quote inside a cell that does not begin with one',
};
