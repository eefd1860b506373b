import { json, PROJECT, type Said } from './api.ts';
import type { Chance } from './chance.ts';

const OTHER_PROJECT = '0b1f1e5e-7a52-4a0e-9a53-2f7b2d1c9e11';
const BASE = '/api/laml/2010-04-01/Accounts';

/** Where a link to the next page must never lead, whatever page it asks for there. The last of them is the page that it stands on. */
const wrongLinks = (here: string, query: string): readonly string[] => [
  `https://example.signalwire.com.evil.example${BASE}/${PROJECT}/Messages.json?${query}`,
  `//evil.example${BASE}/${PROJECT}/Messages.json?${query}`,
  `${BASE}/${OTHER_PROJECT}/Messages.json?${query}`,
  `${BASE}/${PROJECT}/Messages/../Recordings.json?${query}`,
  `${BASE}/${PROJECT}/Messages/message-9999/Media.json?${query}`,
  here,
];

/** Such a link in the body of a list of messages, the last of them left out: who follows it comes back, and has read more for nothing. */
export const WRONG_LINK = new RegExp(`"next_page_uri":"[^"]*(?:evil\\.example|${OTHER_PROJECT}|/\\.\\./|message-9999)`);

/** A list whose link leads elsewhere. @param path that it was asked for by */
export function withWrongLink(said: Said, path: string, chance: Chance): Said {
  const { next_page_uri: right } = JSON.parse(said.body) as List;
  const query = right?.split('?')[1] ?? 'Page=1';
  return edited(said, (list) => ({ ...list, next_page_uri: chance.pick(wrongLinks(path, query)) }));
}

/** A list with one row more, which belongs to another project or another message; undefined where there is none to make it of. */
export function withForeignRow(said: Said, chance: Chance): Said | undefined {
  const { messages, media_list: media } = JSON.parse(said.body) as List;
  const message = messages?.[0];
  const item = media?.[0];
  if (message) {
    const row = { ...message, sid: 'message-9999', account_sid: OTHER_PROJECT, num_media: 1 };
    return edited(said, (list) => ({ ...list, messages: [...messages, row] }));
  }
  if (!item) return undefined;
  const owner = chance.pick([{ account_sid: OTHER_PROJECT }, { parent_sid: 'message-9999' }]);
  return edited(said, (list) => ({ ...list, media_list: [{ ...item, ...owner, sid: 'media-9999-1' }, ...media] }));
}

interface List {
  readonly next_page_uri: string | null;
  readonly messages?: readonly object[];
  readonly media_list?: readonly object[];
}

const edited = ({ status, body }: Said, edit: (list: object) => object): Said =>
  json(status, edit(JSON.parse(body) as object));
