/**
 * What nobody outside SignalWire knows of its API: one switch for each. A client has to be right in every position.
 * They may be changed while the emulator runs and count from the next request on.
 */
export interface Switches {
  /**
   * How `DateSent<` and `DateSent>` read, on which two official texts disagree. `exclusive`: before or after that UTC day.
   * `inclusive`: that day belongs to both. `midnight`: up to or from its first second.
   */
  dateFilter: 'exclusive' | 'inclusive' | 'midnight';
  /** Whether a message that was never sent (`date_sent` null) passes the date filters. */
  unsentMatchesFilter: boolean;
  /** `oldest-first` contradicts an old official page, and no new page says anything. */
  order: 'newest-first' | 'oldest-first';
  /** The HTTP status that comes with code 20009. */
  inProgressStatus: 400 | 409 | 422;
  codeAs: 'number' | 'string';
  /**
   * `flat`: `{code, message, more_info, status}`. `errors-objects`: `{errors: [{code, message}]}`. `errors-strings`:
   * `{errors: ["text"]}`, which has no place for a code; 20009 and 20404 stay flat in it, because the documents promise
   * these two by their codes and without them "in progress" and "not found" could not be told from anything else.
   */
  errorBody: 'flat' | 'errors-objects' | 'errors-strings';
  /** Whether a message's `num_media` counts what has been deleted. */
  numMedia: 'stays' | 'falls';
  numMediaAs: 'number' | 'string';
  /** `cursor`: a walk sees neither inserts nor removals. `offset`: new messages push rows down into the next page. */
  paging: 'cursor' | 'offset';
  /** A full last page links to one more, which is empty. */
  emptyLastPage: boolean;
  /** Whether links end in `.json`. */
  links: 'json' | 'bare';
  /** `/api/laml/2010-04-01` or `/2010-04-01` at the start of links. */
  linkPrefix: 'laml' | 'short';
  linkOrigin: 'relative' | 'absolute';
  /** Without them the second page of a filtered list is not filtered any more. */
  filtersInLinks: boolean;
  /** What a DELETE says of a media item that is deleted already. */
  repeatedDelete: 404 | 204;
  /** `allow`: an API more lenient than its documents; every such deletion is recorded in `violations`. */
  inProgressDelete: 'refuse' | 'allow';
  /** Deleted media stay in their message's list for so long: a list that is read from a replica. */
  listLagMs: number;
  dateHeader: 'right' | 'missing' | 'garbage' | { readonly aheadMs: number };
  /** Whether media outlive their message. */
  deletedMessageKeepsMedia: boolean;
  /** Whether media that outlived their message can still be listed under it, or only be reached one by one. */
  deletedMessageListsMedia: boolean;
  /** How a token without the scope *Messaging* is told so. */
  missingScope: false | 401 | 403;
}

export const DEFAULT_SWITCHES: Readonly<Switches> = {
  dateFilter: 'exclusive',
  unsentMatchesFilter: false,
  order: 'newest-first',
  inProgressStatus: 422,
  codeAs: 'number',
  errorBody: 'flat',
  numMedia: 'stays',
  numMediaAs: 'number',
  paging: 'cursor',
  emptyLastPage: false,
  links: 'json',
  linkPrefix: 'laml',
  linkOrigin: 'relative',
  filtersInLinks: true,
  repeatedDelete: 404,
  inProgressDelete: 'refuse',
  listLagMs: 0,
  dateHeader: 'right',
  deletedMessageKeepsMedia: true,
  deletedMessageListsMedia: true,
  missingScope: false,
};

/** Every position a switch can be put to, the default first; of `listLagMs` and `dateHeader`, which also take other numbers, examples. */
export const SWITCH_POSITIONS: { readonly [Name in keyof Switches]: readonly Switches[Name][] } = {
  dateFilter: ['exclusive', 'inclusive', 'midnight'],
  unsentMatchesFilter: [false, true],
  order: ['newest-first', 'oldest-first'],
  inProgressStatus: [422, 409, 400],
  codeAs: ['number', 'string'],
  errorBody: ['flat', 'errors-objects', 'errors-strings'],
  numMedia: ['stays', 'falls'],
  numMediaAs: ['number', 'string'],
  paging: ['cursor', 'offset'],
  emptyLastPage: [false, true],
  links: ['json', 'bare'],
  linkPrefix: ['laml', 'short'],
  linkOrigin: ['relative', 'absolute'],
  filtersInLinks: [true, false],
  repeatedDelete: [404, 204],
  inProgressDelete: ['refuse', 'allow'],
  listLagMs: [0, 5000],
  dateHeader: ['right', 'missing', 'garbage', { aheadMs: 600_000 }],
  deletedMessageKeepsMedia: [true, false],
  deletedMessageListsMedia: [true, false],
  missingScope: [false, 401, 403],
};
