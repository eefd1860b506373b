/** What a page is made of. */
export interface Parts {
  /** In order, `/li` for an end. */
  readonly tags: readonly Tag[];
  /** What is read, with single blanks. */
  readonly text: string;
}

export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const PIECE = /<!doctype html>|<(\/?[a-z][a-z0-9]*)((?:\s+[a-z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*)\s*\/?>|([^<>]+)/gy;
const ATTRIBUTE = /([a-z][a-zA-Z0-9-]*)(?:="([^"]*)")?/g;

/**
 * Takes a page apart, more strictly than a browser: whatever was put in without being escaped shows as a tag, or as
 * something that is nothing at all. @throws {SyntaxError} there
 */
export function partsOf(html: string): Parts {
  const page = html.replace(/<style>[^<]*<\/style>/, '').trim();
  const tags: Tag[] = [];
  let text = '';
  let at = 0;
  for (const [piece, name, attributes = '', between = ''] of page.matchAll(PIECE)) {
    at += piece.length;
    text += name === undefined ? between : ' ';
    if (name !== undefined) tags.push({ name, attributes: attributesIn(attributes) });
  }
  if (at < page.length) throw new SyntaxError(`no HTML of ours: ${page.slice(at, at + 80)}`);
  return { tags, text: unescaped(text).replace(/\s+/g, ' ').trim() };
}

const attributesIn = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(ATTRIBUTE)].map(([, name = '', value = '']) => [name, unescaped(value)]));

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** @throws {SyntaxError} where an `&` begins nothing that a page of ours has */
function unescaped(text: string): string {
  return text.replace(/&(?:([a-z]+|#39);)?/g, (entity, name: string) => {
    const character = ENTITIES[name];
    if (character === undefined) throw new SyntaxError(`not escaped: ${entity}`);
    return character;
  });
}
