import { clock, configure, connect, openForReading, type Configuration } from '../app/compose.ts';
import { looksSecret, redact, shown } from '../app/redact.ts';
import type { ProjectSettings } from '../app/settings-projects.ts';
import type { KnownItem } from '../ledger/entries.ts';
import type { Reader } from '../provider/contract.ts';
import { explain as explainItem } from '../retention/explain.ts';
import { mediaSid, messageSid, type Item, type Media, type MessageSid } from '../retention/resource.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { asJson, inWords, type Explained } from './display/explanation.ts';
import { write, writeJson, type CommonOptions, type Io } from './io.ts';
import { UsageError } from './usage-error.ts';

export interface ExplainOptions extends CommonOptions {
  readonly sid: string;
  readonly message?: string;
  readonly project?: string;
}

/** What governs a message's media or one media item, when it is due, what stands in the way, what has happened to it. */
export async function explain(options: ExplainOptions, io: Io): Promise<ExitCode> {
  assertSid('', options.sid);
  if (options.message !== undefined) assertSid('--message ', options.message);
  const configuration = await configure(io.env, options, { credentials: 'required' });
  await using ledger = await openForReading(configuration.settings);
  const known = await ledger.findItems(options.sid);
  const target = targetOf(options, known);

  for (const project of configuration.settings.projects) {
    const found = await look(project, target, configuration, io.stop);
    if (found) return await show(explainAll(found, known, configuration), options, io);
  }
  return await show(unlisted(options, known), options, io);
}

/** What looks like a token is neither shown nor sent, as a part of an address, to whoever answers there. */
function assertSid(option: string, text: string): void {
  if (looksSecret(text))
    throw new UsageError('What stands in place of a SID looks like a secret. It was not sent anywhere.');
  if (messageSid(text) === null)
    throw new UsageError(`${option}${shown(text)}: not a SID. Expected 8 to 64 letters, digits and -.`);
}

async function show(explained: Explained, { sid, json }: ExplainOptions, io: Io): Promise<ExitCode> {
  await (json ? writeJson(io, asJson(sid, explained)) : write(io.out, inWords(explained)));
  return EXIT.done;
}

/** The message to ask for, and the one media item that is meant, if one is. */
interface Target {
  readonly message: MessageSid;
  readonly media: string | undefined;
}

/** The API cannot tell of which message a media item is: the ledger does, or the person. */
function targetOf({ sid, message }: ExplainOptions, known: readonly KnownItem[]): Target {
  const parent = message ?? known.find((item) => item.mediaSid === sid)?.messageSid;
  const asked = messageSid(parent ?? sid);
  if (asked === null) throw new Error('A SID was checked before, or is on record');
  return { message: asked, media: parent === undefined ? undefined : sid };
}

type Found = { readonly project: string; readonly items: readonly Item[] };

async function look(
  project: ProjectSettings,
  target: Target,
  configuration: Configuration,
  stop: AbortSignal,
): Promise<Found | undefined> {
  const provider = connect(project, configuration);
  try {
    const message = await provider.getMessage(target.message, stop);
    if (message === 'absent') return undefined;
    const media = await mediaOf(target, provider, stop);
    return { project: project.name, items: media.map((each) => ({ message, media: each })) };
  } finally {
    await provider.close();
  }
}

async function mediaOf({ message, media }: Target, reader: Reader, stop: AbortSignal): Promise<readonly Media[]> {
  const wanted = media === undefined ? null : mediaSid(media);
  if (wanted !== null) {
    const found = await reader.getMedia(message, wanted, stop);
    return found === 'absent' ? [] : [found];
  }
  const list = await reader.listMedia(message, stop);
  return list.kind === 'listed' ? list.media : [];
}

function explainAll({ project, items }: Found, known: readonly KnownItem[], { file }: Configuration): Explained {
  const asOf = clock.now();
  return {
    project,
    asOf,
    items: items.map((item) => ({ item, explanation: explainItem(item, file.policy, file.holds, asOf) })),
    known,
  };
}

/** The API does not have it (any more); what the ledger knows of it is still worth telling. */
function unlisted({ sid, message }: ExplainOptions, known: readonly KnownItem[]): Explained {
  const [first] = known;
  if (first) return { project: first.project, asOf: clock.now(), items: [], known };
  const hint =
    message === undefined ? ' For a media item that the ledger does not know, give its message: --message SID.' : '';
  throw new UsageError(`${redact(sid)}: no such message, and the ledger does not know it.${hint}`);
}
