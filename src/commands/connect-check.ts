import { connect, type Configuration } from '../app/compose.ts';
import type { ProjectSettings } from '../app/settings-projects.ts';
import { Unauthorized, Unreachable } from '../provider/contract.ts';
import { firstPage, type Provider } from '../provider/signalwire.ts';
import { guardClock } from '../retention/guard.ts';
import type { Message } from '../retention/resource.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { day, duration } from '../lib/format.ts';

/** One thing that was learned from the API, and what it would mean for a sweep. */
export interface Finding {
  readonly project: string;
  readonly about: 'credentials' | 'messages' | 'media' | 'clock' | 'date filters';
  readonly says: string;
  readonly code: ExitCode;
}

/** Asks the API what can be learned without deleting, project by project. */
export async function ask(configuration: Configuration, stop: AbortSignal): Promise<readonly Finding[]> {
  const all: Finding[] = [];
  for (const project of configuration.settings.projects) all.push(...(await askOne(project, configuration, stop)));
  return all;
}

async function askOne(project: ProjectSettings, configuration: Configuration, stop: AbortSignal): Promise<Finding[]> {
  const provider = connect(project, configuration);
  const found = (about: Finding['about'], says: string, code: ExitCode = EXIT.done): Finding => ({
    project: project.name,
    about,
    says,
    code,
  });
  const findings: Finding[] = [];
  try {
    const page = await firstPage(provider.messagePages(stop));
    findings.push(found('credentials', 'accepted, with the scope for messages'));
    findings.push(found('messages', page.length === 0 ? 'none yet' : `the newest page has ${page.length}`));
    const withMedia = page.find(({ mediaCount, sid }) => mediaCount !== 0 && sid !== null);
    if (withMedia?.sid) {
      const list = await provider.listMedia(withMedia.sid, stop);
      findings.push(
        found('media', `a message's media can be listed (${list.kind === 'listed' ? list.media.length : 0})`),
      );
    }
    findings.push(clockFinding(provider, found));
    findings.push(found('date filters', await dateFilters(page, provider, stop)));
    return findings;
  } catch (error) {
    if (error instanceof Unauthorized) return [...findings, found('credentials', error.message, EXIT.credentials)];
    if (error instanceof Unreachable) return [...findings, found('messages', error.message, EXIT.partial)];
    throw error;
  } finally {
    await provider.close();
  }
}

function clockFinding(provider: Provider, found: (about: 'clock', says: string, code?: ExitCode) => Finding): Finding {
  const ahead = provider.clockAhead() ?? 'unknown';
  if (ahead === 'unknown')
    return found('clock', 'the API gives no readable Date: this machine’s clock cannot be compared');
  const off = `${duration(Math.abs(ahead.ms))} ${ahead.ms < 0 ? 'behind' : 'ahead of'} the API’s`;
  return guardClock(ahead)
    ? found('clock', `${off}: a sweep would be refused. Set it right.`, EXIT.refused)
    : found('clock', off);
}

/** Two official texts disagree on what `DateSent<` and `DateSent>` mean; a message with a known day shows it. */
async function dateFilters(page: readonly Message[], provider: Provider, stop: AbortSignal): Promise<string> {
  const sample = page.find(({ sentAt, sid }) => sentAt instanceof Date && sid !== null);
  if (!(sample?.sentAt instanceof Date) || sample.sid === null)
    return 'cannot be told: no message of the newest page was sent';
  const date = day(sample.sentAt);
  const [on, before, after] = await Promise.all(
    (['=', '<', '>'] as const).map(async (filter) => {
      const found = await provider.filteredPage(filter, date, stop);
      return found.some(({ sid }) => sid === sample.sid);
    }),
  );
  const includes = [before && '<', after && '>'].filter(Boolean).join(' and ');
  return `DateSent= ${on ? 'finds' : 'does not find'} a message of that day; ${includes === '' ? 'neither < nor > includes the day itself' : `${includes} includes the day itself`}`;
}
