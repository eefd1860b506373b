import { readJson, textOf, type Body } from './body.ts';

/** A JSON object, and what was made of the rows of a list in it. */
export interface LongList<Row> {
  /** Its list is empty where the rows were read a few at a time. */
  readonly value: unknown;
  readonly rows: readonly Row[];
}

/**
 * As `JSON.parse` and then `read` for each row of the list `name`, but a few rows at a time: neither the text of a page of a
 * thousand messages nor its objects are ever in memory as a whole, where they would outlive the young generation.
 *
 * The text is cut between two rows. It cannot be cut inside of a string without being noticed: a quotation mark in a string has
 * a backslash before it, so that in `},{"` it ends the string, and what is before it is no JSON. What is left without the
 * rows has to be JSON as well, and to have that list just where they were. Where anything is not as expected, the text is
 * read as a whole.
 * @throws {SyntaxError}
 */
export function readLongList<Row>(body: Body, name: string, read: (row: unknown) => Row): LongList<Row> {
  return (body.length > 1 ? inParts(body, name, read) : undefined) ?? whole(body, name, read);
}

function whole<Row>(body: Body, name: string, read: (row: unknown) => Row): LongList<Row> {
  const value = readJson(body);
  const list = listIn(value, name);
  return { value, rows: Array.isArray(list) ? list.map((row) => read(row)) : [] };
}

const listIn = (value: unknown, name: string): unknown => (value as Record<string, unknown> | null)?.[name];

const BETWEEN_ROWS = '},{"';
/** So much text without an end of a row is no page as this service writes them. */
const ROW_MAX = 256 * 1024;
const NOTHING = Buffer.alloc(0);

function inParts<Row>(
  [begin = NOTHING, ...others]: Body,
  name: string,
  read: (row: unknown) => Row,
): LongList<Row> | undefined {
  const first = textOf(begin);
  const opening = `"${name}":[`;
  const from = first.indexOf(opening) + opening.length;
  if (from < opening.length) return undefined;
  const rows: Row[] = [];
  const add = (text: string): void => {
    for (const row of JSON.parse(`[${text}]`) as unknown[]) rows.push(read(row));
  };
  let rest = '';
  const take = (text: string): void => {
    const cut = text.lastIndexOf(BETWEEN_ROWS);
    if (cut !== -1) add(rest + text.slice(0, cut + 1));
    rest = cut === -1 ? rest + text : text.slice(cut + 2);
  };
  try {
    take(first.slice(from));
    for (const piece of others) {
      if (rest.length > ROW_MAX) return undefined;
      take(textOf(piece)); // not before it is its turn, or the text of all of them would outlive it
    }
    const end = rest.lastIndexOf('}]') + 1;
    add(rest.slice(0, end));
    const envelope = (row: string): unknown => JSON.parse(first.slice(0, from) + row + rest.slice(end));
    const isTheList = lengthOf(listIn(envelope('0'), name)) === 1; // or there is another one of that name
    const value = envelope('');
    return isTheList && lengthOf(listIn(value, name)) === 0 ? { value, rows } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const lengthOf = (list: unknown): number | undefined => (Array.isArray(list) ? list.length : undefined);
