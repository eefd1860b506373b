import type { MediaPortrait, Portrait } from './portrait.ts';
import type { Switches } from './switches.ts';

/** What every row on a page has in common; made once a page. */
export interface RenderContext {
  readonly project: string;
  /** `/api/laml/2010-04-01/Accounts/…`, or the short one. */
  readonly base: string;
  /** `.json` or nothing. */
  readonly ending: string;
  readonly canary: string;
  readonly switches: Switches;
}

/**
 * A message as JSON. Concatenated, not stringified: a page of a thousand takes a third of the time, and only texts that
 * may hold anything need escaping.
 */
export function renderMessage(message: Portrait, context: RenderContext): string {
  const { base, ending, project, switches } = context;
  const count = switches.numMedia === 'falls' ? message.mediaLeft : message.mediaCount;
  const numMedia = switches.numMediaAs === 'string' ? `"${count}"` : String(count);
  const errorMessage = message.errorCode === null ? null : `Not delivered.${context.canary}`;
  const note = noteOf(context.canary);
  const uri = `${base}/Messages/${encodeURIComponent(message.sid)}`;
  return (
    `{"sid":${JSON.stringify(message.sid)},"account_sid":"${project}","body":${JSON.stringify(message.body)},` +
    `"num_segments":1,"num_media":${numMedia},"date_created":"${message.dateCreated}",` +
    `"date_sent":${message.dateSent === null ? 'null' : `"${message.dateSent}"`},"date_updated":"${message.dateUpdated}",` +
    `"direction":${JSON.stringify(message.direction)},"status":${JSON.stringify(message.status)},` +
    `"error_code":${message.errorCode},"error_message":${JSON.stringify(errorMessage)},` +
    `"from":${JSON.stringify(message.from)},"to":${JSON.stringify(message.to)},` +
    `"price":${message.dateSent === null ? 'null' : '0.015'},"price_unit":"USD","messaging_service_sid":null,` +
    `"uri":"${uri}${ending}${note}","subresource_uris":{"media":"${uri}/Media${ending}${note}"}}`
  );
}

export function renderMedia(media: MediaPortrait, context: RenderContext): string {
  const { base, ending, project } = context;
  const parent = encodeURIComponent(media.parentSid);
  return (
    `{"sid":${JSON.stringify(media.sid)},"account_sid":"${project}","parent_sid":${JSON.stringify(media.parentSid)},` +
    `"content_type":${JSON.stringify(media.contentType)},"date_created":"${media.dateCreated}",` +
    `"date_updated":"${media.dateCreated}",` +
    `"uri":"${base}/Messages/${parent}/Media/${encodeURIComponent(media.sid)}${ending}${noteOf(context.canary)}"}`
  );
}

/** Fields a test wants to stand there instead. */
export const withRaw = (json: string, raw: Readonly<Record<string, unknown>> | undefined): string =>
  raw === undefined ? json : JSON.stringify({ ...(JSON.parse(json) as object), ...raw });

/** The canary in a URI that no client should follow: harmless as a query. */
const noteOf = (canary: string): string => (canary === '' ? '' : `?note=${encodeURIComponent(canary)}`);

export interface Envelope {
  readonly key: 'messages' | 'media_list';
  readonly rows: readonly string[];
  readonly page: number;
  readonly size: number;
  readonly uri: string;
  readonly first: string;
  readonly next: string | null;
  readonly previous: string | null;
}

/** Exactly these seven keys: SignalWire's SDK throws on any other. */
export const renderEnvelope = ({ key, rows, page, size, uri, first, next, previous }: Envelope): string =>
  `{"uri":${JSON.stringify(uri)},"first_page_uri":${JSON.stringify(first)},"next_page_uri":${JSON.stringify(next)},` +
  `"previous_page_uri":${JSON.stringify(previous)},"page":${page},"page_size":${size},"${key}":[${rows.join(',')}]}`;
